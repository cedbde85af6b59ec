import type { AuditIndex } from '../../application/ports/audit-index.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { EventStore } from '../../application/ports/event-store.ts'
import type { ProfileDirectory } from '../../application/ports/profile-directory.ts'
import type { RefusalCounts } from '../../application/ports/refusal-counts.ts'
import type { SearchIndex } from '../../application/ports/search-index.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import type { ProjectionStores } from '../../projections/registry.ts'
import type { Config } from '../config/load-config.ts'
import type { IntegrityCheckDepth } from '../sqlite/check-integrity.ts'
import { openSqliteLog, openSqliteReadModels } from '../sqlite/open-sqlite.ts'

export type Access = 'read' | 'write'

export interface Log {
  readonly eventStore: EventStore
  /** A cheap read, which shows whether the store answers. @throws StoreTrouble */
  probe(): Promise<void>
  checkIntegrity?(depth: IntegrityCheckDepth): void
  prepare?(): Promise<void>
  close(): void | Promise<void>
}

export interface ReadModels {
  readonly projectionStores: ProjectionStores
  readonly profileDirectory: ProfileDirectory
  readonly auditIndex: AuditIndex
  readonly refusalCounts: RefusalCounts
  readonly searchIndex: SearchIndex
  /** How to delete them, in words. */
  readonly deletion: string
  /** As that of the log. */
  probe(): Promise<void>
  checkIntegrity?(depth: IntegrityCheckDepth): void
  prepare?(): Promise<void>
  close(): void | Promise<void>
}

/** A client is loaded only if its server is used. */
export const openLog = async (
  { EVENTSTORE_URL }: Config,
  dataFolder: string,
  clock: Clock,
  access: Access,
): Promise<Log> => {
  if (EVENTSTORE_URL === undefined) return openSqliteLog(dataFolder, { clock, readonly: access === 'read' })
  const { openEventStoreDb } = await import('../eventstoredb/open-event-store-db.ts')
  return openEventStoreDb(EVENTSTORE_URL, { clock })
}

export const openReadModels = async (
  { MONGODB_URL, rules: { definitionOf } }: Config,
  dataFolder: string,
  access: Access,
  logger?: Pick<ServiceLogger, 'info' | 'warn'>,
): Promise<ReadModels> => {
  if (MONGODB_URL === undefined) return openSqliteReadModels(dataFolder, { readonly: access === 'read' })
  const { openMongoDb } = await import('../mongodb/open-mongodb.ts')
  return openMongoDb(MONGODB_URL, { logger, definitionOf })
}
