import type { AuditIndex, ImportQuery, ImportRecord } from './ports/audit-index.ts'
import type { EventStore, RecordedEvent } from './ports/event-store.ts'

/** The events of the imports that a query finds, oldest first. */
export async function* history(
  auditIndex: AuditIndex,
  eventStore: EventStore,
  query: ImportQuery,
): AsyncGenerator<RecordedEvent> {
  for await (const record of auditIndex.find(query)) {
    const recorded = await recordedEvent(eventStore, record)
    if (recorded !== undefined) yield recorded
  }
}

export const recordedEvent = async (
  eventStore: EventStore,
  { stream, revision }: Pick<ImportRecord, 'stream' | 'revision'>,
): Promise<RecordedEvent | undefined> => (await eventStore.readStream(stream, revision, 1))[0]
