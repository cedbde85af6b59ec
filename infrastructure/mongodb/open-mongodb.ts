import { MongoClient, type MongoClientOptions } from 'mongodb'
import type { AuditIndex } from '../../application/ports/audit-index.ts'
import type { ProfileDirectory } from '../../application/ports/profile-directory.ts'
import type { RefusalCounts } from '../../application/ports/refusal-counts.ts'
import type { SearchIndex } from '../../application/ports/search-index.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import type { ImportRules } from '../../domain/rules.ts'
import {
  byReadModel,
  type ProjectionStores,
  type ReadModelName,
  readModelNames,
} from '../../projections/registry.ts'
import { collectionOf, projectionsCollection } from './collections.ts'
import { Connection, type MongoDbLogger } from './connection.ts'
import { ensureIndexes } from './indexes.ts'
import { type LiveView, openLiveView } from './live-view.ts'
import { createAuditIndex } from './mongodb-audit-index.ts'
import { mongoDbDatabaseIn } from './mongodb-database.ts'
import { withoutContent } from './mongodb-error.ts'
import { createProfileDirectory } from './mongodb-profile-directory.ts'
import { createProjectionStore } from './mongodb-projection-store.ts'
import { createRefusalCounts } from './mongodb-refusal-counts.ts'
import { createSearchIndex } from './mongodb-search-index.ts'
import { openPointer } from './pointer.ts'
import { type ReadModelDocuments, readModelDocuments } from './read-model-documents.ts'
import { requireSupportedVersion } from './require-supported-version.ts'

export interface MongoDbOptions {
  readonly logger?: MongoDbLogger | undefined
  /** Says which fields are dates; by default, only system fields are. */
  readonly definitionOf?: ImportRules['definitionOf']
}

/** The read models. */
export interface MongoDbStores {
  readonly projectionStores: ProjectionStores
  readonly profileDirectory: ProfileDirectory
  readonly auditIndex: AuditIndex
  readonly refusalCounts: RefusalCounts
  readonly searchIndex: SearchIndex
  readonly deletion: string
  /** Connects, and ensures that the live generations have their indexes and the views show them. @throws MongoDbError, IndexConflict */
  prepare(): Promise<void>
  /** Reads one document. @throws MongoDbError */
  probe(): Promise<void>
  close(): Promise<void>
}

/**
 * The read models in the MongoDB database that the URL names, default `profile_importer`. TLS, credentials and optional
 * time limits are part of the URL. `prepare` connects, again if need be; otherwise the first use does.
 * @throws MongoDbError for a URL that the driver rejects
 */
export const openMongoDb = (url: string, options?: MongoDbOptions): MongoDbStores =>
  openStores(newClient(url), mongoDbDatabaseIn(url), options)

/** Required for correctness, whatever the URL says. */
export const clientOptions = {
  appName: 'profile-importer',
  // A checkpoint that was read must never be rolled back, not even when a primary is lost.
  readPreference: 'primary',
  readConcernLevel: 'majority',
  // Confirmed writes must survive a crash: if documents are lost between their write and that of the checkpoint, the
  // checkpoint moves past them. A majority implies the journal unless the replica set is configured otherwise.
  writeConcern: { w: 'majority', journal: true },
  // By default an object whose prototype has a member `constructor`, so the elements of a list with that name would be
  // bytes.
  fieldsAsRaw: Object.create(null),
} as const

/**
 * Milliseconds, unless the URL says otherwise. By default, the driver would wait 30 s for a server that is away, and
 * notice a silent one only after 40 s, since only heartbeats detect it; and a server would wait forever for a majority
 * that is away. Our callers retry, or want to stop.
 */
const timeLimits = {
  serverSelectionTimeoutMS: 5000,
  connectTimeoutMS: 5000,
  heartbeatFrequencyMS: 2000,
  wtimeoutMS: 10_000,
}

const timeLimitsOf = (url: string): MongoClientOptions =>
  Object.fromEntries(
    Object.entries(timeLimits).filter(
      // One has an older name, without its end.
      ([name]) => !new RegExp(`[?&]${name.replace(/MS$/, '(MS)?')}=`, 'i').test(url),
    ),
  )

const newClient = (url: string): MongoClient => {
  try {
    return new MongoClient(url, { ...clientOptions, ...timeLimitsOf(url) })
  } catch (error) {
    throw withoutContent(error)
  }
}

type Views = Readonly<Record<ReadModelName, LiveView>>

export const openStores = (
  client: MongoClient,
  database: string,
  { logger, definitionOf = () => undeclared }: MongoDbOptions = {},
): MongoDbStores => {
  const documents = readModelDocuments(definitionOf)
  const connection = new Connection(client, database, logger)
  const pointers = connection.db.collection(projectionsCollection)
  const views = Object.fromEntries(
    readModelNames.map((name) => [name, openLiveView(connection, name)]),
  ) as Views
  return {
    projectionStores: byReadModel<'store'>((name) =>
      createProjectionStore(connection, name, documents[name], views[name]),
    ),
    profileDirectory: createProfileDirectory(connection),
    auditIndex: createAuditIndex(connection),
    refusalCounts: createRefusalCounts(connection),
    searchIndex: createSearchIndex(connection),
    deletion: `stop everything that uses the MongoDB database "${database}" and drop it: it will be rebuilt from the event log`,
    prepare: async () => {
      requireSupportedVersion(await connection.ask(() => connection.db.command({ hello: 1 })))
      await prepareLive(connection, documents, views)
    },
    probe: async () => {
      await connection.ask((limits) => pointers.findOne({}, { ...limits, projection: { _id: 1 } }))
    },
    close: () => connection.close(),
  }
}

const prepareLive = async (
  connection: Connection,
  documents: ReadModelDocuments,
  views: Views,
): Promise<void> => {
  for (const name of readModelNames) {
    const known = await openPointer(connection, name).read()
    if (known === undefined) continue
    await ensureIndexes(connection, collectionOf(name, known.live), documents[name].indexes)
    await views[name].show(known.live)
  }
}
