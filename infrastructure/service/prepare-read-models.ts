import type { RetryPorts } from '../../application/retry.ts'
import type { Logger } from '../log/logger.ts'
import { awaitVersion, ensureVersion } from './generations.ts'
import type { Role } from './roles.ts'
import type { Stores } from './stores.ts'

/**
 * Resolves once the live generations have the version of this process: it builds those that it projects, and waits for
 * those that others do where it imports.
 */
export const prepareReadModels = async (
  { profilesProjection, profiles, importsProjection, imports, projectedLog }: Stores,
  roles: ReadonlySet<Role>,
  ports: RetryPorts,
  log: Logger,
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
