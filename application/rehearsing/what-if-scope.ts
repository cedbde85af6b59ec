import type { Database } from '../../domain/ids.ts'
import { databaseOf } from '../../domain/streams.ts'
import type { EventStore, RecordedEvent } from '../ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../ports/position.ts'
import type { ReadableEvent, Scratch } from '../ports/scratch.ts'

export interface WhatIfScope extends Partial<Readonly<Record<keyof Database, number>>> {
  /** RFC 3339, UTC: from the first message that was taken at or after this time, in the order of the log. */
  readonly since?: string
}

export const isReadable = (recorded: RecordedEvent): recorded is ReadableEvent =>
  recorded.event.type !== 'Unreadable'

/** Batches of the events in scope up to `end`. */
export async function* eventsOf(
  log: EventStore,
  after: Position,
  end: Position,
  { account_id, db_id }: WhatIfScope,
  signal: AbortSignal,
): AsyncGenerator<ReadonlyArray<RecordedEvent>> {
  const isInScope = ({ stream, position }: RecordedEvent) => {
    const database = databaseOf(stream)
    return (
      comparePositions(position, end) <= 0 &&
      (account_id === undefined || database?.account_id === account_id) &&
      (db_id === undefined || database?.db_id === db_id)
    )
  }
  if (end === beginning) return
  for await (const batch of log.read(after, signal)) {
    yield batch.filter(isInScope)
    const last = batch.at(-1)
    if (last !== undefined && comparePositions(last.position, end) >= 0) return
  }
  signal.throwIfAborted()
}

/** Folds what was recorded before the first message of that time, and returns the last position of it. */
export const takePast = async (
  batches: AsyncIterable<ReadonlyArray<RecordedEvent>>,
  { past }: Scratch,
  since: string,
): Promise<Position> => {
  let last = beginning
  for await (const batch of batches) {
    const readable = batch.filter(isReadable)
    const first = readable.findIndex(({ event }) => Date.parse(event.public.time) >= Date.parse(since))
    const before = first === -1 ? readable : readable.slice(0, first)
    await past.take(before)
    last = before.at(-1)?.position ?? last
    if (first !== -1) break
  }
  return last
}
