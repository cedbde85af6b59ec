import { join } from 'node:path'
import { startPrivateServer as startEventStore } from '../../support/eventstoredb/server/start-private-server.ts'
import { isMongoDb } from '../../support/mongodb/server/is-mongodb.ts'
import {
  installServer as installMongoDb,
  startPrivateServer as startMongoDb,
} from '../../support/mongodb/server/start-private-server.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { Crew } from './crew.ts'
import { noDisk } from './disk.ts'
import { productionDeck } from './fault-plan.ts'
import type { Servers } from './servers.ts'
import type { StackOptions, TortureStack } from './stack.ts'
import { tortureService } from './tortured-service.ts'

/** Two services that stand by for each other and share only the servers. */
export const productionStack = async ({ folder, queueType, say }: StackOptions): Promise<TortureStack> => {
  await installMongoDb()
  const [broker, eventStore, mongodb] = await Promise.all([
    startPrivateBroker(),
    startEventStore(folder),
    startMongoDb(),
  ])
  const real = { eventstoredb: eventStore.real, mongodb: await isMongoDb(mongodb.url) }
  for (const [name, isReal] of Object.entries(real))
    if (!isReal) say(`*** ${name}: a server that speaks its protocol stands in for it ***`)
  const database = { ...mongodb, url: `${mongodb.url}/torture` }
  const servers: Servers = new Map([
    ['rabbitmq', broker],
    ['eventstoredb', eventStore],
    ['mongodb', database],
  ])
  const service = (name: string) =>
    tortureService({ folder, dataFolder: join(folder, `${name}-data`), name, servers, queueType })
  const crew = new Crew(await service('service-1'), await service('service-2'))
  return {
    broker,
    servers,
    crew,
    disk: noDisk,
    deck: productionDeck,
    stores: {
      dataFolder: folder,
      servers: { EVENTSTORE_URL: eventStore.url, MONGODB_URL: database.url },
    },
    // The stand-ins could take about twice as many.
    pace: { perSecond: 100, ahead: 1000 },
    about: { real },
    dispose: async () => {
      await crew.dispose()
      await Promise.all([broker.dispose(), eventStore.dispose(), mongodb.dispose()])
    },
  }
}
