import type { Clock } from '../../application/ports/clock.ts'
import type { Logger } from '../log/logger.ts'
import { awaitVersion, ensureVersion } from './generations.ts'
import type { Role } from './roles.ts'
import type { Stores } from './stores.ts'

/**
 * Resolves once the live generations have the version of this process: it builds those that it projects, and waits for
 * those that others do where it imports.
 */
export const prepareReadModels = async (
  { profilesProjection, profiles, importsProjection, imports, eventStore }: Stores,
  roles: ReadonlySet<Role>,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> => {
  if (roles.has('profiles')) {
    await ensureVersion(profilesProjection, profiles, eventStore, clock, log, signal)
  }
  if (roles.has('imports')) await ensureVersion(importsProjection, imports, eventStore, clock, log, signal)
  if (!roles.has('import')) return
  await awaitVersion(profilesProjection, profiles, clock, log, signal)
  await awaitVersion(importsProjection, imports, clock, log, signal)
}
