import type { AuditIndex } from '../application/ports/audit-index.ts'
import type { RecordedEvent } from '../application/ports/event-store.ts'
import { importIdCodec, type ProfileId } from '../domain/ids.ts'
import type { Projection } from './projection.ts'

/** A document that differs from the fold. */
export interface Suspect<Document> {
  readonly expected: Document | undefined
  readonly found: Document
}

/**
 * Removes from the suspects those that may still show the effect of an unreadable event, and returns how many there
 * were.
 */
export const clearOfUnreadable = async <Id, Document>(
  projection: Projection<Id, Document>,
  suspects: Map<string, Suspect<Document>>,
  unreadable: ReadonlyArray<RecordedEvent>,
  auditIndex: Pick<AuditIndex, 'lookup'>,
): Promise<number> => {
  const before = suspects.size
  if (before === 0 || unreadable.length === 0) return 0
  const ids = unreadable.map(({ eventId }) => eventId).filter((id) => importIdCodec.is(id))
  const { records } = await auditIndex.lookup(ids, [])
  const touchedBy = ({ eventId }: RecordedEvent): ProfileId | undefined => {
    const outcome = importIdCodec.is(eventId) ? records.get(eventId)?.outcome : undefined
    return outcome === undefined || outcome.verdict === 'rejected' ? undefined : outcome.profile_id
  }
  for (const recorded of unreadable) {
    const touched = touchedBy(recorded)
    for (const [id, { found }] of suspects)
      if (projection.mayShow(found, recorded, touched)) suspects.delete(id)
  }
  return before - suspects.size
}
