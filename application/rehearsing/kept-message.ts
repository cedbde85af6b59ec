import { Buffer } from 'node:buffer'
import type { ImportEvent } from '../../domain/events/current.ts'
import type { Delivery } from '../ports/import-source.ts'

/**
 * - `Run`: the message of an event, as its source delivered it
 * - `Fixed`: the outcome does not depend on the rules, or on something that is not kept
 * - `Cut`: only the beginning of the message is kept, and under these rules it would not be too large
 * - `Repetition`: of an import that is done
 */
export type Kept =
  | { readonly tag: 'Run'; readonly delivery: Delivery }
  | { readonly tag: 'Fixed' | 'Cut' | 'Repetition' }

export const keptMessage = (event: ImportEvent, maxMessageBytes: number): Kept => {
  if (event.type === 'ImportRepeated') return { tag: 'Repetition' }
  if (isFixed(event)) return { tag: 'Fixed' }
  const { public: known, personal, message } = event
  if (message.truncated && personal.bytes <= maxMessageBytes) return { tag: 'Cut' }
  const bytes = Buffer.from(message.body, message.encoding)
  const delivery: Delivery = {
    body: message.truncated ? { bytes: personal.bytes, sha256: personal.sha256, beginning: bytes } : bytes,
    source: known.source,
    properties: personal.properties,
    ...(personal.headers && { headers: personal.headers }),
    importId: known.import_id,
    redelivered: false,
    receivedAt: Date.parse(known.time),
  }
  return { tag: 'Run', delivery }
}

/** Another import has its id, or its `content_encoding`, which is not kept, is the reason. */
const isFixed = (event: ImportEvent): boolean =>
  event.type === 'ImportRejected' &&
  event.personal.reasons.some(
    (reason) =>
      reason.tag === 'MessageIdReused' || ('member' in reason && reason.member === 'content_encoding'),
  )
