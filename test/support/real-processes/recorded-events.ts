import * as E from 'fp-ts/lib/Either.js'
import type { RecordedEvent } from '../../../application/ports/event-store.ts'
import { beginning } from '../../../application/ports/position.ts'
import type { CliSettings } from '../../../demo/run-cli.ts'
import type { ImportEvent } from '../../../domain/events/current.ts'
import { openStores, type Stores } from '../../../infrastructure/composition-root/stores.ts'
import { loadConfig } from '../../../infrastructure/config/load-config.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'

/** The servers of the stores. */
export type StoreServers = Pick<CliSettings, 'EVENTSTORE_URL' | 'MONGODB_URL'>

/** Where the stores are: without a server, in the data folder. */
export interface StoresPlace {
  readonly dataFolder: string
  readonly servers?: StoreServers
}

/** Reads the stores during or after a service. */
export const readingStores = async <A>(
  { dataFolder, servers = {} }: StoresPlace,
  use: (stores: Stores) => Promise<A>,
): Promise<A> => {
  const config = loadConfig({ dataFolder, env: servers })
  if (E.isLeft(config)) throw new Error(config.left.join('\n'))
  const stores = await openStores(config.right, dataFolder, systemClock, 'read')
  try {
    return await use(stores)
  } finally {
    await stores.close()
  }
}

export interface ReadableEvent extends RecordedEvent {
  readonly event: ImportEvent
}

/** The events of a queue in the log, since a server's log may hold others. Throws if an event cannot be read. */
export const recordedEvents = (
  place: StoresPlace & { readonly importQueue: string },
): Promise<ReadonlyArray<ReadableEvent>> =>
  readingStores(place, async ({ eventStore }) => {
    const all: Array<ReadableEvent> = []
    for await (const batch of eventStore.read(beginning, new AbortController().signal)) {
      for (const recorded of batch) {
        const { event } = recorded
        if (event.type === 'Unreadable') throw new Error(`unreadable: ${event.problem}`)
        const { source } = event.public
        if (source.kind === 'queue' && source.queue === place.importQueue) all.push({ ...recorded, event })
      }
    }
    return all
  })

/** How many events an embedded log holds: its positions are contiguous. */
export const recordedCount = (dataFolder: string): Promise<number> =>
  readingStores({ dataFolder }, async ({ eventStore }) => Number(await eventStore.end()))
