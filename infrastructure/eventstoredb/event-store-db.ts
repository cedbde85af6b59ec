import type { EventStore, EventStoreLimits } from '../../application/ports/event-store.ts'
import type { Position } from '../../application/ports/position.ts'
import { appendTo } from './append.ts'
import type { Connection } from './connection.ts'
import { EndOfLog } from './end-of-log.ts'
import { follow } from './follow.ts'
import { keptValues } from './kept-values.ts'
import { readStream } from './read-events.ts'
import type { StreamNames } from './stream-names.ts'
import { recordedForm, toRecordedEvent } from './to-recorded-event.ts'

/** The server refuses an append over 1 MiB, including what it adds to the events. */
export const limits: EventStoreLimits = { maxEventBytes: 960 * 1024, maxAppendBytes: 512 * 1024 }

export const createEventStore = (connection: Connection, names: StreamNames): EventStore => {
  const endOfLog = new EndOfLog(connection, names)

  async function* following(
    after: Position,
    signal: AbortSignal,
    atEnd: 'stop' | 'wait',
    gathering?: number,
  ) {
    for await (const batch of follow(connection, names, recordedForm, after, signal, atEnd, gathering)) {
      const last = batch.at(-1)
      if (last !== undefined) endOfLog.saw(last.position)
      yield batch
    }
  }

  /** Events appended after the subscription caught up are not missed: the end is where a whole pass finds none. */
  async function* reading(after: Position, signal: AbortSignal) {
    for (let last: Position | undefined = after; last !== undefined; ) {
      const from: Position = last
      last = undefined
      for await (const batch of following(from, signal, 'stop')) {
        yield batch
        last = batch.at(-1)?.position
      }
    }
  }

  return {
    limits,
    append: (appends) => Promise.all(appends.map((append) => appendTo(connection, names, append))),
    readStream: async (stream, from, limit) => {
      const part = { fromRevision: BigInt(from), maxCount: limit }
      const events = await readStream(connection, names.stored(stream), part)
      return events.map((event) => toRecordedEvent(stream, event))
    },
    read: reading,
    subscribe: (after, signal, gathering) => following(after, signal, 'wait', gathering),
    firstAfter: async (position) => {
      for await (const [first] of following(position, new AbortController().signal, 'stop')) return first
      return undefined
    },
    end: () => endOfLog.find(),
    ...keptValues(connection, names),
  }
}
