import { hash } from 'node:crypto'
import type { ImportId, ProfileId } from './ids.ts'

/**
 * Ties an update to its profile: 16 hex digits of the SHA-256 of both ids. The id of a new profile follows from the
 * import id, so a create needs none.
 */
export const profileCheckOf = (importId: ImportId, profileId: ProfileId): string =>
  hash('sha256', `${importId} ${profileId}`).slice(0, 16)
