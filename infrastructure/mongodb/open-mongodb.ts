import { type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import type { AuditIndex } from '../../application/ports/audit-index.ts'
import type { ProfileDirectory } from '../../application/ports/profile-directory.ts'
import { byReadModel, type ProjectionStores, readModelNames } from '../../projections/registry.ts'
import { collectionOf } from './collections.ts'
import { ensureIndexes } from './indexes.ts'
import { createAuditIndex } from './mongodb-audit-index.ts'
import { mongoDbDatabaseIn } from './mongodb-database.ts'
import { guarded, withoutContent } from './mongodb-error.ts'
import { createProfileDirectory } from './mongodb-profile-directory.ts'
import { createProjectionStore } from './mongodb-projection-store.ts'
import { openPointer } from './pointer.ts'
import { readModelDocuments } from './read-model-documents.ts'

/** The read models. */
export interface MongoDbStores {
  readonly projectionStores: ProjectionStores
  readonly profileDirectory: ProfileDirectory
  readonly auditIndex: AuditIndex
  /** Connects, and sees to it that every generation has its indexes. @throws MongoDbError, IndexConflict */
  prepare(): Promise<void>
  close(): Promise<void>
}

/**
 * The read models in the database that the URL names, `profile_importer` if none. TLS and credentials come with the URL,
 * and so may time limits. `prepare` connects, again if need be; else the first use does. @throws MongoDbError for a URL that the driver does not take
 */
export const openMongoDb = (url: string): MongoDbStores => openStores(newClient(url), mongoDbDatabaseIn(url))

/** What correctness needs, whatever the URL says. */
export const clientOptions = {
  appName: 'profile-importer',
  // A checkpoint that is read must never be taken back, not even by the loss of a primary.
  readPreference: 'primary',
  readConcernLevel: 'majority',
  // What is confirmed must outlive a crash: when documents are lost between their write and that of the checkpoint, the
  // checkpoint passes them. A majority implies the journal only where the replica set is not configured otherwise.
  writeConcern: { w: 'majority', journal: true },
  // By default an object, whose prototype has a member `constructor`: the elements of a list of that name would be bytes.
  fieldsAsRaw: Object.create(null),
} as const

/**
 * Milliseconds, unless the URL says otherwise. The driver would wait 30 s for a server that is away, and notice after 40 s that
 * one is silent: only heartbeats tell, whatever is being asked. Who waits for it here tries again, or wants to stop.
 */
const timeLimits = { serverSelectionTimeoutMS: 5000, connectTimeoutMS: 5000, heartbeatFrequencyMS: 2000 }

const timeLimitsOf = (url: string): MongoClientOptions =>
  Object.fromEntries(
    Object.entries(timeLimits).filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(url)),
  )

const newClient = (url: string): MongoClient => {
  try {
    return new MongoClient(url, { ...clientOptions, ...timeLimitsOf(url) })
  } catch (error) {
    throw withoutContent(error)
  }
}

export const openStores = (client: MongoClient, database: string): MongoDbStores => {
  const db = client.db(database)
  return {
    projectionStores: byReadModel<'store'>((name) =>
      createProjectionStore(db, name, readModelDocuments[name]),
    ),
    profileDirectory: createProfileDirectory(db),
    auditIndex: createAuditIndex(db),
    prepare: async () => {
      // Not left to the first command: after one that found no server, every command of the driver fails for ever.
      await guarded(() => client.connect())
      await prepareGenerations(db)
    },
    close: () => client.close(),
  }
}

const prepareGenerations = async (db: Db): Promise<void> => {
  for (const name of readModelNames) {
    const known = await openPointer(db, name).read()
    for (const id of Object.keys(known?.generations ?? {}))
      await ensureIndexes(db, collectionOf(name, Number(id)), readModelDocuments[name].indexes)
  }
}
