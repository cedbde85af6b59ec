import type { ImportEvent, MessageSource } from '../../domain/events/current.ts'
import type { ImportId, ProfileId } from '../../domain/ids.ts'
import { type Outcome, outcomeCode } from '../../domain/outcome.ts'
import type { Position } from './position.ts'

/**
 * One line of the audit index: where the event of an import stands, and what it can be found by. Of an event that cannot be
 * read, what its place and id say, and what is intact.
 */
export interface ImportRecord {
  readonly importId: ImportId
  readonly position: Position
  readonly stream: string
  readonly revision: number
  /** As stored: one that cannot be read may have a type that is unknown here. */
  readonly type: ImportEvent['type'] | (string & {})
  /** True when the event cannot be read; absent otherwise. */
  readonly unreadable?: true
  /** Absent only where the event cannot be read. */
  readonly outcome?: Outcome
  /** Of an ImportRepeated: the import that it repeats. */
  readonly repeats?: ImportId
  readonly replayOf?: ImportId
  /** Absent only where the event cannot be read, as are `bodySha256` and `time`. */
  readonly source?: MessageSource
  /** False for a queue message without `message_id`. */
  readonly identified: boolean
  /** SHA-256 of the message body, hex. */
  readonly bodySha256?: string
  /** '' when none. */
  readonly feedbackId: string
  /** RFC 3339, UTC. */
  readonly time?: string
}

/**
 * The code that an outcome was answered with. Undefined for a repetition, which is no outcome (replaying it would repeat what
 * was done), and for an event that cannot be read, whose code nobody knows.
 */
export const outcomeCodeOf = ({ type, outcome, unreadable }: ImportRecord): number | undefined =>
  outcome === undefined || unreadable || type === 'ImportRepeated' ? undefined : outcomeCode(outcome)

export interface AuditIndexAnswer {
  /** As `DirectoryAnswer.checkpoint`, of the `imports` projection. */
  readonly checkpoint: Position
  /** Those of the asked-for imports that are recorded. */
  readonly records: ReadonlyMap<ImportId, ImportRecord>
  /** As `DirectoryAnswer.revisions`. */
  readonly revisions: ReadonlyArray<number>
}

export type ImportQuery =
  /** The import, its repetitions and its replays. */
  | { readonly by: 'import'; readonly importId: ImportId }
  | { readonly by: 'feedback'; readonly feedbackId: string }
  | { readonly by: 'profile'; readonly profileId: ProfileId }
  /** Those whose event cannot be read. */
  | { readonly by: 'unreadable' }
  /** Outcomes with this reply code (0: done), taken from their source at or after `since` (RFC 3339, UTC). */
  | { readonly by: 'code'; readonly code: number; readonly since?: string }

/** The live generation of the `imports` projection: the audit index. */
export interface AuditIndex {
  /** One round trip for a whole batch. */
  lookup(importIds: ReadonlyArray<ImportId>, streams: ReadonlyArray<string>): Promise<AuditIndexAnswer>
  /** The last `limit` imports of a queue, newest first. */
  recent(queue: string, limit: number): Promise<ReadonlyArray<ImportRecord>>
  /** How many events cannot be read, of those that the projection has met. */
  countUnreadable(): Promise<number>
  /** Oldest first. */
  find(query: ImportQuery): AsyncIterable<ImportRecord>
  checkpoint(): Promise<Position>
}
