import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { type CommandStartedEvent, MongoClient } from 'mongodb'
import type { AuditIndex } from '../application/ports/audit-index.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import type { ProfileDirectory } from '../application/ports/profile-directory.ts'
import type { ProjectionStore } from '../application/ports/projection-store.ts'
import { openEventStoreDb } from '../infrastructure/eventstoredb/open-event-store-db.ts'
import { clientOptions, openStores } from '../infrastructure/mongodb/open-mongodb.ts'
import { systemClock } from '../infrastructure/system/system-clock.ts'
import type { Servers } from './servers.ts'
import { Tally } from './tally.ts'

/** The stores on the servers. Counts every command that MongoDB's driver sends, and every append. */
export const openCountedStores = async (servers: Pick<Servers, 'newDatabase'>, eventStoreUrl: string) => {
  const database = servers.newDatabase()
  const client = new MongoClient(database.url, { ...clientOptions, monitorCommands: true })
  /** The tally for commands; commands do not count if no tally is open. */
  const account = new AsyncLocalStorage<Tally>()
  client.on('commandStarted', (command) => account.getStore()?.count(nameOf(command)))
  await client.connect()
  const stores = openStores(client, database.name)
  // Separate streams: the service on the same server sees nothing of them.
  const prefix = `bench-${randomUUID()}-`
  const log = openEventStoreDb(eventStoreUrl, { clock: systemClock, prefix })
  const tallies = {
    lookups: new Tally(),
    appends: new Tally(),
    profileApplies: new Tally(),
    importApplies: new Tally(),
  }

  const eventStore: EventStore = {
    ...log.eventStore,
    append: (streams) => {
      for (const { stream } of streams) tallies.appends.count(stream)
      return log.eventStore.append(streams)
    },
  }
  const profileDirectory: ProfileDirectory = {
    ...stores.profileDirectory,
    lookup: (...asked) => account.run(tallies.lookups, () => stores.profileDirectory.lookup(...asked)),
  }
  const auditIndex: AuditIndex = {
    ...stores.auditIndex,
    lookup: (...asked) => account.run(tallies.lookups, () => stores.auditIndex.lookup(...asked)),
  }
  const counted = <Id, Document>(
    store: ProjectionStore<Id, Document>,
    applies: Tally,
  ): ProjectionStore<Id, Document> => ({
    ...store,
    apply: (...changes) => {
      applies.next()
      return account.run(applies, () => store.apply(...changes))
    },
  })
  return {
    eventStore,
    profileDirectory,
    auditIndex,
    profiles: counted(stores.projectionStores.profiles, tallies.profileApplies),
    imports: counted(stores.projectionStores.imports, tallies.importApplies),
    tallies,
    close: async () => {
      await Promise.all([stores.close(), log.close()])
    },
  }
}

/**
 * For example `update profiles_1`. Each document of `projections` counts separately, and a lookup that starts there
 * counts for the collection that it joins.
 */
const nameOf = ({ commandName, command }: CommandStartedEvent): string => {
  const { collection = command[commandName], filter, pipeline = [] } = command
  const joined: unknown = pipeline.find((stage: object) => '$lookup' in stage)?.$lookup.from
  const document = commandName === 'find' && typeof filter?._id === 'string' ? `/${filter._id}` : ''
  return `${commandName} ${String(joined ?? collection)}${document}`
}
