import { hash } from 'node:crypto'
import type { EventContext, MessageProperties, MessageSource } from '../domain/events/current.ts'
import type { ImportId } from '../domain/ids.ts'

/** The namespace of this program's UUIDv5 names (RFC 9562, 5.5). Never change it. */
const namespace = Buffer.from('6d1f0c0e4ac25f4b9d0b5a0f2f6d7c11', 'hex')

/** Bytes never equal a text. */
type Segment = string | number | { readonly base64: string }

/** Segments are joined as JSON, so that different lists of segments give different names. */
const uuidV5 = (...segments: ReadonlyArray<Segment>): ImportId => {
  const name = JSON.stringify(segments)
  const bytes = Buffer.allocUnsafe(namespace.length + Buffer.byteLength(name))
  bytes.set(namespace)
  bytes.write(name, namespace.length)
  const hex = hash('sha1', bytes, 'hex')
  const variant = (Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant.toString(16)}${hex.slice(17, 20)}-${hex.slice(20, 32)}` as ImportId
}

/** A property as its producer sent it: many that are not UTF-8 have the same text. */
const sent = (properties: MessageProperties, name: 'app_id' | 'message_id'): Segment | undefined => {
  const base64 = properties.base64?.[name]
  return base64 === undefined ? properties[name] : { base64 }
}

/**
 * The id under which a message is imported exactly once, derived from queue, `app_id` and `message_id`, or from NDJSON
 * run and line. Undefined for a queue message without `message_id`, since nothing distinguishes two of them.
 */
export const importIdOf = (source: MessageSource, properties: MessageProperties): ImportId | undefined => {
  switch (source.kind) {
    case 'queue': {
      const messageId = sent(properties, 'message_id')
      return messageId === undefined
        ? undefined
        : uuidV5('queue', source.queue, sent(properties, 'app_id') ?? '', messageId)
    }
    case 'ndjson':
      return importIdOfLine(source.run, source.line)
  }
}

/** Whether the id was derived from a source: a random one is a UUIDv4. */
export const isIdOfSource = (importId: ImportId): boolean => importId.charAt(14) === '5'

export const importIdOfLine = (run: string, line: number): ImportId => uuidV5('ndjson', run, line)

/** Whether the id fits the event's source. Derived ids must; random ids always do. */
export const fitsSource = (
  importId: ImportId,
  { public: { source }, personal: { properties, sha256 } }: Pick<EventContext, 'public' | 'personal'>,
): boolean => {
  if (!isIdOfSource(importId)) return true
  const id = importIdOf(source, properties)
  return id !== undefined && (id === importId || reusedIdOf(id, sha256) === importId)
}

/** The id under which another body with a used `message_id` is refused. */
export const reusedIdOf = (importId: ImportId, bodySha256: string): ImportId =>
  uuidV5('reused', importId, bodySha256)
