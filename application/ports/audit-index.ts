import type { ImportEvent, MessageSource } from '../../domain/events/current.ts'
import type { ImportId, ProfileId } from '../../domain/ids.ts'
import { type Outcome, outcomeCode } from '../../domain/outcome.ts'
import type { Position } from './position.ts'

/**
 * One entry of the audit index: where the event of an import is, and what it can be looked up by. For an unreadable
 * event, what its place and id reveal, and what is intact.
 */
export interface ImportRecord {
  /** Of an unreadable event whose own id is damaged: a text that is not an id, but of this event alone. */
  readonly importId: ImportId
  readonly position: Position
  readonly stream: string
  readonly revision: number
  /** As stored. An unreadable event may have an unknown type. */
  readonly type: ImportEvent['type'] | (string & {})
  /** True if the event cannot be read; otherwise absent. */
  readonly unreadable?: true
  /** Absent only if the event cannot be read. */
  readonly outcome?: Outcome
  /** Of an ImportRepeated: the import that it repeats. */
  readonly repeats?: ImportId
  readonly replayOf?: ImportId
  /** Absent only if the event cannot be read, like `bodySha256` and `time`. */
  readonly source?: MessageSource
  /** False for a queue message without `message_id`. */
  readonly identified: boolean
  /** SHA-256 of the message body, hex. */
  readonly bodySha256?: string
  /** '' if there is none. */
  readonly feedbackId: string
  /** RFC 3339, UTC. */
  readonly time?: string
}

/**
 * The code with which an outcome was answered. Undefined for a repetition, which is not an outcome (replaying it would
 * repeat what was done), and for an unreadable event, whose code is unknown.
 */
export const outcomeCodeOf = ({ type, outcome, unreadable }: ImportRecord): number | undefined =>
  outcome === undefined || unreadable || type === 'ImportRepeated' ? undefined : outcomeCode(outcome)

export interface AuditIndexAnswer {
  /** As `DirectoryAnswer.checkpoint`, of the `imports` projection. */
  readonly checkpoint: Position
  /** Those of the requested imports that are recorded. */
  readonly records: ReadonlyMap<ImportId, ImportRecord>
  /** As `DirectoryAnswer.revisions`. */
  readonly revisions: ReadonlyArray<number>
}

export type ImportQuery =
  /** The import, its repetitions and its replays. */
  | { readonly by: 'import'; readonly importId: ImportId }
  | { readonly by: 'feedback'; readonly feedbackId: string }
  | { readonly by: 'profile'; readonly profileId: ProfileId }
  /** Those with unreadable events. */
  | { readonly by: 'unreadable' }
  /** Outcomes with this reply code (0: done), taken from their source at or after `since` (RFC 3339, UTC). */
  | { readonly by: 'code'; readonly code: number; readonly since?: string }

/** The live generation of the `imports` projection: the audit index. */
export interface AuditIndex {
  /** One round trip for the whole batch. */
  lookup(importIds: ReadonlyArray<ImportId>, streams: ReadonlyArray<string>): Promise<AuditIndexAnswer>
  /** The last `limit` imports of a queue, newest first. */
  recent(queue: string, limit: number): Promise<ReadonlyArray<ImportRecord>>
  /** How many unreadable events the projection has met. */
  countUnreadable(): Promise<number>
  /** Oldest first. */
  find(query: ImportQuery): AsyncIterable<ImportRecord>
  checkpoint(): Promise<Position>
}
