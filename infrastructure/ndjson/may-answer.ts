import { fitsSource } from '../../application/import-id.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { contextOf, importIdOfEvent } from '../../domain/events/stored-event.ts'

/** Whether an event may belong to this run: its source says so, or the source is missing or does not fit the id. */
export const mayAnswer =
  (run: string) =>
  ({ event, eventId }: RecordedEvent): boolean => {
    const context = contextOf(event)
    if (context === undefined) return true
    const { source } = context.public
    if (source.kind === 'ndjson' && source.run === run) return true
    const importId = importIdOfEvent(event, eventId)
    return importId !== undefined && !fitsSource(importId, context)
  }
