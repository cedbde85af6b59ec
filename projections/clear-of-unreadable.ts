import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { ImportLog } from '../application/ports/import-log.ts'
import { importIdCodec, type ProfileId } from '../domain/ids.ts'
import type { Projection } from './projection.ts'

/** A document that is not as the fold has it. */
export interface Suspect<Document> {
  readonly expected: Document | undefined
  readonly found: Document
}

/**
 * Takes from the suspects those that may still show what an event did that cannot be read any more, and says how many they
 * were.
 */
export const clearOfUnreadable = async <Id, Document>(
  projection: Projection<Id, Document>,
  suspects: Map<string, Suspect<Document>>,
  unreadable: ReadonlyArray<RecordedEvent>,
  importLog: Pick<ImportLog, 'lookup'>,
): Promise<number> => {
  const before = suspects.size
  for (const recorded of unreadable) {
    if (suspects.size === 0) break
    const touched = await touchedBy(recorded, importLog)
    for (const [id, { found }] of suspects)
      if (projection.mayShow(found, recorded, touched)) suspects.delete(id)
  }
  return before - suspects.size
}

const touchedBy = async (
  { eventId }: RecordedEvent,
  importLog: Pick<ImportLog, 'lookup'>,
): Promise<ProfileId | undefined> => {
  if (!importIdCodec.is(eventId)) return undefined
  const { records } = await importLog.lookup([eventId], [])
  const outcome = records.get(eventId)?.outcome
  return outcome === undefined || outcome.verdict === 'rejected' ? undefined : outcome.profile_id
}
