import { createHash } from 'node:crypto'
import type { ImportOrigin, MessageProperties } from '../domain/events/metadata.ts'
import type { ImportId } from '../domain/ids.ts'

/** The namespace of this program's UUIDv5 names (RFC 9562, 5.5): a constant, never to be changed. */
const namespace = Buffer.from('6d1f0c0e4ac25f4b9d0b5a0f2f6d7c11', 'hex')

/** Parts are joined as JSON, so that no two lists of parts give the same name. */
const uuidV5 = (...parts: ReadonlyArray<string | number>): ImportId => {
  const hash = createHash('sha1').update(namespace).update(JSON.stringify(parts)).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as ImportId
}

/**
 * The id under which a message is imported once and no more: from queue, `app_id` and `message_id`, or from NDJSON
 * run and line. Undefined for a queue message without `message_id`: nothing tells two of them apart.
 */
export const importIdOf = (origin: ImportOrigin, properties: MessageProperties): ImportId | undefined => {
  switch (origin.kind) {
    case 'queue':
      return properties.message_id === undefined
        ? undefined
        : uuidV5('queue', origin.queue, properties.app_id ?? '', properties.message_id)
    case 'ndjson':
      return uuidV5('ndjson', origin.run, origin.line)
  }
}

/** The id under which another body with a used `message_id` is refused. */
export const reusedIdOf = (importId: ImportId, bodySha256: string): ImportId =>
  uuidV5('reused', importId, bodySha256)
