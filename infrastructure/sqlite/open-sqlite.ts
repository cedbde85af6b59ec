import Sqlite from 'better-sqlite3'
import type { AuditIndex } from '../../application/ports/audit-index.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { EventStore } from '../../application/ports/event-store.ts'
import type { ProfileDirectory } from '../../application/ports/profile-directory.ts'
import type { RawSource } from '../../application/ports/raw-log.ts'
import type { RefusalCounts } from '../../application/ports/refusal-counts.ts'
import type { SearchIndex } from '../../application/ports/search-index.ts'
import { byReadModel, type ProjectionStores } from '../../projections/registry.ts'
import { checkIntegrity, type IntegrityCheckDepth, requirePositions } from './check-integrity.ts'
import { shareDataFolder } from './claim-data-folder.ts'
import { busyTimeoutMs, prepareDataFile, requireLog } from './data-file.ts'
import { readModelTables } from './read-model-tables.ts'
import { type FileKind, logFile, readModelFile } from './schema.ts'
import { createAuditIndex } from './sqlite-audit-index.ts'
import { createEventStore } from './sqlite-event-store.ts'
import { createProfileDirectory } from './sqlite-profile-directory.ts'
import { createProjectionStore } from './sqlite-projection-store.ts'
import { createRawLog } from './sqlite-raw-log.ts'
import { createRefusalCounts } from './sqlite-refusal-counts.ts'
import { createSearchIndex } from './sqlite-search-index.ts'
import { deletion, raisingTrouble, type StoreFile, withTrouble } from './store-trouble.ts'

interface SqliteFile {
  /** A cheap read. @throws StoreTrouble */
  probe(): Promise<void>
  /** Checks for damage. Blocks the thread. @throws StoreTrouble */
  checkIntegrity(depth: IntegrityCheckDepth): void
  close(): void
}

export interface SqliteLog extends SqliteFile {
  readonly eventStore: EventStore
  readonly rawLog: RawSource
}

export interface SqliteReadModels extends SqliteFile {
  readonly projectionStores: ProjectionStores
  readonly profileDirectory: ProfileDirectory
  readonly auditIndex: AuditIndex
  readonly refusalCounts: RefusalCounts
  readonly searchIndex: SearchIndex
  readonly deletion: string
}

export interface SqliteOptions {
  readonly clock: Clock
  /** For read-only commands: needs a log, whether or not a service is running. */
  readonly readonly?: boolean
  /** False for scratch files, which nobody needs after a crash. */
  readonly durable?: boolean
}

/**
 * The embedded event log. A missing file is created, for its owner only. Throws DataFileError, StoreTrouble. Calls
 * block the event loop while they work, but not while another process keeps the file locked.
 */
export const openSqliteLog = (dataFolder: string, { clock, readonly = false }: SqliteOptions): SqliteLog => {
  if (readonly) requireLog(dataFolder)
  // FULL: an append is answered, and seen by followers of the log, only after its fsync.
  return connected(dataFolder, logFile, 'FULL', readonly, (log, file) => {
    requirePositions(log)
    return {
      eventStore: raisingTrouble(file, createEventStore(log, file, clock)),
      rawLog: raisingTrouble(file, createRawLog(log)),
    }
  })
}

/** The embedded read models, in a separate file. Writing blocks the thread, up to 5 s while the file is locked. */
export const openSqliteReadModels = (
  dataFolder: string,
  { readonly = false, durable = true }: Pick<SqliteOptions, 'readonly' | 'durable'>,
): SqliteReadModels =>
  // NORMAL: a read model may lose its last transactions in a power cut, but each includes its checkpoint.
  connected(dataFolder, readModelFile, durable ? 'NORMAL' : 'OFF', readonly, (readModel, file) => ({
    projectionStores: byReadModel<'store'>((name) =>
      raisingTrouble(file, createProjectionStore(readModel, name, readModelTables[name])),
    ),
    profileDirectory: raisingTrouble(file, createProfileDirectory(readModel)),
    auditIndex: raisingTrouble(file, createAuditIndex(readModel)),
    refusalCounts: raisingTrouble(file, createRefusalCounts(readModel)),
    searchIndex: raisingTrouble(file, createSearchIndex(readModel)),
    deletion: deletion(`${file.path}*`),
  }))

type Synchronous = 'FULL' | 'NORMAL' | 'OFF'

const connected = <Ports>(
  dataFolder: string,
  kind: FileKind,
  synchronous: Synchronous,
  readonly: boolean,
  portsOn: (connection: Sqlite.Database, file: StoreFile) => Ports,
): Ports & SqliteFile => {
  const share = shareDataFolder(dataFolder)
  try {
    const file = prepareDataFile(dataFolder, kind)
    return withTrouble(file, () => {
      const connection = connect(file.path, synchronous, readonly)
      const tables = connection.prepare('SELECT count(*) FROM sqlite_schema')
      return {
        ...portsOn(connection, file),
        probe: async () => {
          withTrouble(file, () => tables.get())
        },
        checkIntegrity: (depth) => withTrouble(file, () => checkIntegrity(connection, file, depth)),
        close: () => {
          connection.close()
          share.release()
        },
      }
    })
  } catch (error) {
    share.release()
    throw error
  }
}

const connect = (file: string, synchronous: Synchronous, readonly: boolean): Sqlite.Database => {
  const connection = new Sqlite(file, { fileMustExist: true, timeout: busyTimeoutMs })
  connection.pragma(`synchronous = ${synchronous}`)
  connection.pragma('cache_size = -65536')
  connection.pragma('mmap_size = 268435456')
  // In pages, 64 MiB: a page that is rewritten meanwhile is copied into the file only once.
  connection.pragma('wal_autocheckpoint = 16384')
  connection.pragma('journal_size_limit = 134217728')
  // Not SQLite's own read-only mode, which cannot recover the write-ahead log of a killed process.
  if (readonly) connection.pragma('query_only = ON')
  return connection
}
