import { type Db, MongoClient } from 'mongodb'
import type { ImportLog, ImportRecord } from '../../application/ports/import-log.ts'
import type { ProfileDirectory } from '../../application/ports/profile-directory.ts'
import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import { collectionOf } from './collections.ts'
import { databaseNameOf } from './database-name.ts'
import { importDocuments } from './import-documents.ts'
import { ensureIndexes } from './indexes.ts'
import { guarded } from './mongodb-error.ts'
import { createImportLog } from './mongodb-import-log.ts'
import { createProfileDirectory } from './mongodb-profile-directory.ts'
import { createProjectionStore } from './mongodb-projection-store.ts'
import { openPointer } from './pointer.ts'
import { profileDocuments } from './profile-documents.ts'

/** The read models. */
export interface MongoDbStores {
  readonly profiles: ProjectionStore<ProfileRef, ProfileDocument>
  readonly profileDirectory: ProfileDirectory
  readonly imports: ProjectionStore<never, ImportRecord>
  readonly importLog: ImportLog
  close(): Promise<void>
}

export interface MongoDbOptions {
  /** For commands that only read: makes no indexes. */
  readonly readonly?: boolean
}

/**
 * The read models in the database that the URL names, `profile_importer` if none. TLS and credentials come with the URL,
 * and so may time limits. Sees to it that every generation has its indexes.
 * @throws MongoDbError, IndexConflict
 */
export const openMongoDb = async (url: string, options: MongoDbOptions = {}): Promise<MongoDbStores> => {
  const client = await guarded(async () => new MongoClient(url, clientOptions).connect())
  try {
    return await openStores(client, databaseNameOf(url), options)
  } catch (error) {
    await client.close()
    throw error
  }
}

/** What correctness needs, whatever the URL says. */
export const clientOptions = {
  appName: 'profile-importer',
  // A checkpoint that is read must never be taken back, not even by the loss of a primary.
  readPreference: 'primary',
  readConcernLevel: 'majority',
  writeConcern: { w: 'majority' },
} as const

export const openStores = async (
  client: MongoClient,
  database: string,
  options: MongoDbOptions,
): Promise<MongoDbStores> => {
  const db = client.db(database)
  if (options.readonly !== true) await prepareGenerations(db)
  return {
    profiles: createProjectionStore(db, profileDocuments),
    profileDirectory: createProfileDirectory(db),
    imports: createProjectionStore(db, importDocuments),
    importLog: createImportLog(db),
    close: () => client.close(),
  }
}

const prepareGenerations = async (db: Db): Promise<void> => {
  for (const { projection, indexes } of [profileDocuments, importDocuments]) {
    const known = await openPointer(db, projection).read()
    for (const id of Object.keys(known?.generations ?? {}))
      await ensureIndexes(db, collectionOf(projection, Number(id)), indexes)
  }
}
