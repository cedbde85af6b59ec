import type { StreamAppend } from '../ports/event-store.ts'
import type { DecidedStream } from './decide-batch.ts'
import type { SizedEvent } from './with-context.ts'

/** The appends of a batch: one per database in parallel, split into consecutive ones if they exceed `maxBytes`. */
export const appendRounds = (
  streams: ReadonlyMap<string, DecidedStream>,
  maxBytes: number | undefined,
): ReadonlyArray<ReadonlyArray<StreamAppend>> => {
  const rounds: Array<Array<StreamAppend>> = []
  for (const [stream, { expectedRevision, events }] of streams) {
    let revision = expectedRevision
    const pieces = maxBytes === undefined ? [events] : cut(events, maxBytes)
    for (const [round, piece] of pieces.entries()) {
      const append: StreamAppend = {
        stream,
        expectedRevision: revision,
        // The event of an outcome has the import's id, so the log can be read by import id.
        events: piece.map(({ event }) => ({ eventId: event.public.import_id, event })),
      }
      revision += piece.length
      const appends = rounds[round]
      if (appends === undefined) rounds.push([append])
      else appends.push(append)
    }
  }
  return rounds
}

const cut = (
  events: ReadonlyArray<SizedEvent>,
  maxBytes: number,
): ReadonlyArray<ReadonlyArray<SizedEvent>> => {
  const pieces: Array<Array<SizedEvent>> = []
  let size = maxBytes
  for (const sized of events) {
    const added = sized.bytes ?? 0
    size += added
    if (size > maxBytes) {
      pieces.push([])
      size = added
    }
    pieces.at(-1)?.push(sized)
  }
  return pieces
}
