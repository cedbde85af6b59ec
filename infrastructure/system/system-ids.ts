import { randomBytes, randomUUID } from 'node:crypto'
import type { Ids } from '../../application/ports/ids.ts'
import type { ImportId } from '../../domain/ids.ts'

export const systemIds: Ids = {
  fresh: () => randomUUID() as string as ImportId,
  salt: () => randomBytes(16).toString('base64url'),
}
