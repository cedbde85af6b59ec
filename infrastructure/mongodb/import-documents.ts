import { type ImportRecord, outcomeCodeOf } from '../../application/ports/audit-index.ts'
import type { MessageSource } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { positionOf, sortablePosition } from '../text/sortable-position.ts'
import type { DocumentKind } from './document-kind.ts'
import type { Index } from './indexes.ts'
import {
  decodeAs,
  encodeNumber,
  encodeObject,
  encodeText,
  type StoredJson,
  type StoredNumber,
  type StoredObject,
} from './stored-json.ts'

export interface StoredImport {
  /** The import id. */
  readonly _id: string
  /** The position, in sortable form. */
  readonly order: string
  readonly stream: string
  readonly revision: StoredNumber
  readonly type: ImportRecord['type']
  readonly unreadable?: true
  readonly outcome?: StoredObject
  /** The reply code of an outcome. A repetition has none: replaying it would repeat what was done. */
  readonly code?: number
  readonly repeats?: string
  readonly replay_of?: string
  readonly source?: StoredObject
  readonly identified: boolean
  readonly body_sha256?: string
  /** Absent if there is none. */
  readonly feedback_id?: StoredJson
  /** When the message was taken from its source. */
  readonly taken_at?: Date
  /** The same as the event has it, if that is not what `toISOString` writes. */
  readonly time?: string
}

const ifPresent = (member: string) => ({ partialFilterExpression: { [member]: { $exists: true } } })

/**
 * All indexes end with log order, so that results come in that order. docs/architecture.md says which queries use them
 * and what they cost an import. Only imports with the queried member have entries.
 */
const indexes: ReadonlyArray<Index> = [
  { name: 'by_order', key: { order: 1 } },
  { name: 'with_feedback', key: { feedback_id: 1, order: 1 }, ...ifPresent('feedback_id') },
  { name: 'with_profile', key: { 'outcome.profile_id': 1, order: 1 }, ...ifPresent('outcome.profile_id') },
  { name: 'with_queue', key: { 'source.queue': 1, order: 1 }, ...ifPresent('source.queue') },
  { name: 'with_repeats', key: { repeats: 1, order: 1 }, ...ifPresent('repeats') },
  { name: 'with_replay_of', key: { replay_of: 1, order: 1 }, ...ifPresent('replay_of') },
  { name: 'unreadable', key: { unreadable: 1, order: 1 }, ...ifPresent('unreadable') },
  // Nearly all imports have code 0, and are found just as quickly in log order.
  {
    name: 'refused',
    key: { code: 1, order: 1, taken_at: 1 },
    partialFilterExpression: { code: { $gt: 0 } },
  },
]

export const importDocuments: DocumentKind<never, ImportRecord, StoredImport> = {
  indexes,
  scanOrder: { order: 1 },
  toStored: (record) => ({
    _id: record.importId,
    order: sortablePosition(record.position),
    stream: record.stream,
    revision: encodeNumber(record.revision),
    type: record.type,
    ...(record.unreadable === undefined ? {} : { unreadable: true }),
    ...(record.outcome === undefined ? {} : { outcome: encodeObject(record.outcome) }),
    ...codeOf(outcomeCodeOf(record)),
    ...(record.repeats === undefined ? {} : { repeats: record.repeats }),
    ...(record.replayOf === undefined ? {} : { replay_of: record.replayOf }),
    ...(record.source === undefined ? {} : { source: encodeObject(record.source) }),
    identified: record.identified,
    ...(record.bodySha256 === undefined ? {} : { body_sha256: record.bodySha256 }),
    ...(record.feedbackId === '' ? {} : { feedback_id: encodeText(record.feedbackId) }),
    ...(record.time === undefined ? {} : encodeTime(record.time)),
  }),
  isNew: () => true,
  fromStored: (stored) => ({
    importId: decodeAs(stored._id),
    position: positionOf(stored.order),
    stream: stored.stream,
    revision: decodeAs(stored.revision),
    type: stored.type,
    ...(stored.unreadable === undefined ? {} : { unreadable: stored.unreadable }),
    ...(stored.outcome === undefined ? {} : { outcome: decodeAs<Outcome>(stored.outcome) }),
    ...(stored.repeats === undefined ? {} : { repeats: decodeAs<ImportId>(stored.repeats) }),
    ...(stored.replay_of === undefined ? {} : { replayOf: decodeAs<ImportId>(stored.replay_of) }),
    ...(stored.source === undefined ? {} : { source: decodeAs<MessageSource>(stored.source) }),
    identified: stored.identified,
    ...(stored.body_sha256 === undefined ? {} : { bodySha256: stored.body_sha256 }),
    feedbackId: decodeAs(stored.feedback_id ?? ''),
    ...decodeTime(stored),
  }),
  having: (importIds) => ({ _id: { $in: [...importIds] } }),
}

const encodeTime = (time: string) => {
  const taken_at = new Date(time)
  return taken_at.toISOString() === time ? { taken_at } : { taken_at, time }
}

const decodeTime = ({ taken_at, time = taken_at?.toISOString() }: StoredImport) =>
  time === undefined ? {} : { time }

const codeOf = (code: number | undefined) => (code === undefined ? {} : { code })
