import type { EventStore } from '../application/ports/event-store.ts'
import type { ImportRecord } from '../application/ports/import-log.ts'
import type { ProfileDocument, ProfileRef } from '../application/ports/profile-document.ts'
import type { ProjectionStore } from '../application/ports/projection-store.ts'
import type { RetryPorts } from '../application/retry.ts'
import type { Projection } from '../projections/projection.ts'
import { awaitVersion, ensureVersion } from './generations.ts'
import type { Role } from './roles.ts'
import type { ServiceLog } from './service-log.ts'

/** The read models and what they are built from. */
export interface ReadModelStores {
  readonly profilesProjection: Projection<ProfileRef, ProfileDocument>
  readonly profiles: ProjectionStore<ProfileRef, ProfileDocument>
  readonly importsProjection: Projection<never, ImportRecord>
  readonly imports: ProjectionStore<never, ImportRecord>
  /** As projections read it. */
  readonly projectedLog: EventStore
}

/**
 * Resolves once the live generations have the version of this process: it builds those that it projects, and waits for
 * those that others do where it imports.
 */
export const prepareReadModels = async (
  { profilesProjection, profiles, importsProjection, imports, projectedLog }: ReadModelStores,
  roles: ReadonlySet<Role>,
  ports: RetryPorts,
  log: ServiceLog,
  signal: AbortSignal,
): Promise<void> => {
  if (roles.has('profiles')) {
    await ensureVersion(profilesProjection, profiles, projectedLog, ports, log, signal)
  }
  if (roles.has('imports')) await ensureVersion(importsProjection, imports, projectedLog, ports, log, signal)
  if (!roles.has('import')) return
  await awaitVersion(profilesProjection, profiles, ports, log, signal)
  await awaitVersion(importsProjection, imports, ports, log, signal)
}
