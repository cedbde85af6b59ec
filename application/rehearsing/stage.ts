import type { ImportEvent } from '../../domain/events/current.ts'
import type { AuditIndex } from '../ports/audit-index.ts'
import type { RecordedEvent } from '../ports/event-store.ts'
import type { Position } from '../ports/position.ts'
import type { ProfileDirectory } from '../ports/profile-directory.ts'

/** An event as a rehearsal would record it: it has a place in its stream, but none in the log. */
export type RehearsedEvent = Pick<RecordedEvent, 'stream' | 'revision'> & { readonly event: ImportEvent }

/**
 * What a rehearsal looks up. Positions on a stage are its own, and have nothing to do with those of a log.
 * `directory.lookup` and `auditIndex.lookup` answer for the same last revision of each stream.
 */
export interface Stage {
  readonly directory: ProfileDirectory
  readonly auditIndex: AuditIndex
  /** Takes events in: lookups show them from then on. Returns the checkpoint that they then have. */
  take(events: ReadonlyArray<RehearsedEvent>): Promise<Position>
}
