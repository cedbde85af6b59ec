import { fitsSource } from '../../application/import-id.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { contextOf, importIdOfEvent } from '../../domain/events/stored-event.ts'

/**
 * Whether an event may be of a line of this run: it says so, or it was damaged and its id alone can tell. What it says of
 * its source is believed only where its id fits.
 */
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
