import { randomFillSync, randomUUID } from 'node:crypto'
import type { Ids } from '../../application/ports/ids.ts'
import type { ImportId } from '../../domain/ids.ts'

const saltBytes = 16
/** Drawn for many salts at once, as `randomUUID` does: each draw takes some microseconds. */
const salts = Buffer.alloc(256 * saltBytes)
let next = salts.length

const salt = (): string => {
  if (next === salts.length) {
    randomFillSync(salts)
    next = 0
  }
  const start = next
  next += saltBytes
  return salts.toString('base64url', start, next)
}

export const systemIds: Ids = {
  fresh: () => randomUUID() as string as ImportId,
  salt,
}
