import type { ImportId } from '../../domain/ids.ts'

export interface Ids {
  /** A new random UUID. */
  fresh(): ImportId
  /** 16 random bytes, base64url. */
  salt(): string
}
