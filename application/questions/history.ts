import type { EventContext } from '../../domain/events/current.ts'
import { contextOf } from '../../domain/events/stored-event.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { AuditIndex, ImportQuery } from '../ports/audit-index.ts'
import type { EventStore, RecordedEvent } from '../ports/event-store.ts'
import { recordedEvent, recordedEvents } from '../recorded-events.ts'

export interface HistoryEntry {
  readonly recorded: RecordedEvent
  /** Of a replay: the context of the import whose message was sent by a producer. Absent if it cannot be read. */
  readonly original?: EventContext
}

/** The events of the imports that a query finds, oldest first. */
export async function* history(
  auditIndex: AuditIndex,
  eventStore: EventStore,
  query: ImportQuery,
): AsyncGenerator<HistoryEntry> {
  for await (const recorded of recordedEvents(eventStore, auditIndex.find(query))) {
    const original = await originalOf(auditIndex, eventStore, recorded)
    yield { recorded, ...(original !== undefined && { original }) }
  }
}

/** Of a replay: the import whose message was sent by a producer. A replay may be replayed in its turn. */
export const originalOf = async (
  auditIndex: AuditIndex,
  eventStore: EventStore,
  recorded: RecordedEvent,
): Promise<EventContext | undefined> => {
  const replays = new Set<ImportId>()
  let context = contextOf(recorded.event)
  for (let of = context?.public.replay_of; of !== undefined; of = context?.public.replay_of) {
    if (replays.has(of)) return undefined
    replays.add(of)
    const record = (await auditIndex.lookup([of], [])).records.get(of)
    const earlier = record && (await recordedEvent(eventStore, record))
    context = earlier && contextOf(earlier.event)
  }
  return replays.size === 0 ? undefined : context
}
