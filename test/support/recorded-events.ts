import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { beginning } from '../../application/ports/position.ts'
import type { ImportEvent } from '../../domain/events/import-event.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { openSqlite, type SqliteStores } from './open-sqlite.ts'

/** Reads the embedded stores beside a running service or after it. */
export const readingStores = async <A>(
  dataFolder: string,
  use: (stores: SqliteStores) => Promise<A>,
): Promise<A> => {
  const stores = openSqlite(dataFolder, { clock: systemClock, readonly: true })
  try {
    return await use(stores)
  } finally {
    stores.close()
  }
}

export interface ReadableEvent extends RecordedEvent {
  readonly event: ImportEvent
}

/** The whole log. Throws when it holds an event that cannot be read. */
export const recordedEvents = (dataFolder: string): Promise<ReadonlyArray<ReadableEvent>> =>
  readingStores(dataFolder, async ({ eventStore }) => {
    const all: ReadableEvent[] = []
    for await (const batch of eventStore.read(beginning, new AbortController().signal)) {
      for (const recorded of batch) {
        const { event } = recorded
        if (event.type === 'Unreadable') throw new Error(`unreadable: ${event.problem}`)
        all.push({ ...recorded, event })
      }
    }
    return all
  })

/** How many events there are: positions of the embedded store are contiguous. */
export const recordedCount = (dataFolder: string): Promise<number> =>
  readingStores(dataFolder, async ({ eventStore }) => Number(await eventStore.end()))
