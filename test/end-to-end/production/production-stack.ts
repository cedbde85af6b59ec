import { randomInt } from 'node:crypto'
import { inject } from 'vitest'
import { lagsOf } from '../../../service/progress.ts'
import { type StandIn, startStandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { dropDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { readingStores, type StoreServers } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'

export type StoreSetting = keyof StoreServers

export interface ProductionStack extends ServiceBench {
  /** Used by nobody else: tests share the log of a real server. */
  readonly account: number
  /** Waits until the read models show everything in the log. */
  projected(): Promise<void>
}

/**
 * The components of a stack. By default what the tests were given, with the stand-in instead of a missing EventStoreDB.
 */
export interface StackServers {
  readonly eventStoreUrl?: string
  readonly mongodbUrl?: string
}

/** True if the suites on the production stack cannot run; the summary says why. */
export const noProductionStack = inject('rabbitmqUrl') === undefined || inject('mongodbUrl') === undefined

/** A bench with stores on servers, as named by the settings. */
export const startProductionStack = async (
  settings: ReadonlyArray<StoreSetting> = ['EVENTSTORE_URL', 'MONGODB_URL'],
  given: StackServers = {},
): Promise<ProductionStack> => {
  const eventStoreUrl = given.eventStoreUrl ?? inject('eventStoreUrl')
  const standIn: StandIn | undefined = eventStoreUrl === undefined ? await startStandIn() : undefined
  const database = uniqueDatabase(given.mongodbUrl ?? inject('mongodbUrl') ?? '')
  const urls = { EVENTSTORE_URL: eventStoreUrl ?? standIn?.url, MONGODB_URL: database.url }
  const servers = Object.fromEntries(settings.map((name) => [name, urls[name]]))
  const bench = serviceBench(inject('rabbitmqUrl') ?? '', { servers })
  return {
    ...bench,
    account: randomInt(1000, 1_000_000_000),
    projected: () =>
      readingStores(bench, ({ eventStore, checkpoints }) =>
        until(async () =>
          [...(await lagsOf(eventStore, checkpoints, 0)).values()].every(({ distance }) => distance === 0),
        ),
      ),
    dispose: async () => {
      try {
        await bench.dispose()
      } finally {
        await dropDatabase(database)
        await standIn?.close()
      }
    },
  }
}
