import type Sqlite from 'better-sqlite3'
import type { Clock } from '../../application/ports/clock.ts'
import type {
  AppendResult,
  EventStore,
  RecordedEvent,
  StreamAppend,
} from '../../application/ports/event-store.ts'
import type { Position } from '../../application/ports/position.ts'
import { nextTurn } from '../system/next-turn.ts'
import { boundedPage } from './bounded-page.ts'
import { DamagedRow, gap } from './damaged-row.ts'
import { sizeOf, toRecordedEvent } from './event-rows.ts'
import { followLimits, prepareStatements, readLimits } from './event-statements.ts'
import { EventTail } from './event-tail.ts'
import { fromPosition, toPosition } from './position.ts'
import { createIdentity } from './sqlite-identity.ts'
import { createSecrets } from './sqlite-secrets.ts'
import { type StoreFile, storeTrouble } from './store-trouble.ts'
import { WakeUp } from './wake-up.ts'
import { whenUnlocked } from './write-lock.ts'

const tailLimits = { events: 8192, size: 32 * 1024 * 1024 }
/** How soon appends of other processes are seen. */
const pollMs = 100

/** The event log on a connection with `synchronous = FULL`. Throws from every call once the connection is closed. */
export const createEventStore = (connection: Sqlite.Database, file: StoreFile, clock: Clock): EventStore => {
  const sql = prepareStatements(connection)
  const tail = new EventTail(tailLimits)
  /** The followers, each with the position of the last event that it has taken. */
  const followers = new Set<{ at: number }>()
  const wakeUp = new WakeUp(clock)
  const unlocked = whenUnlocked(connection, clock)

  /** One transaction, and therefore one fsync, for all appends; a conflict of one does not affect the others. */
  const write = connection.transaction(
    (appends: ReadonlyArray<StreamAppend>, outcome: AppendOutcome): void => {
      let position = sql.end()
      for (const [i, { stream, expectedRevision, events }] of appends.entries()) {
        let revision = sql.revision(stream)
        if (revision !== expectedRevision) {
          // Otherwise a process that catches up would wait for a revision that nobody wrote.
          if (revision > 0 && sql.isThere.get(stream, revision - 1) === undefined) throw new DamagedRow(gap)
          outcome.results[i] = { tag: 'Conflict', stream }
          continue
        }
        for (const { eventId, event } of events) {
          position++
          revision++
          const known = JSON.stringify(event.public)
          const personal = JSON.stringify(event.personal)
          const message = JSON.stringify(event.message)
          sql.insert.run(position, stream, revision, eventId, event.type, known, personal, message)
          const recorded = { position: toPosition(position), stream, revision, eventId, event }
          const size = known.length + personal.length + message.length
          outcome.written.push({ position, recorded, size })
        }
        outcome.results[i] = { tag: 'Appended', stream, position: toPosition(position) }
      }
    },
  ).immediate

  /** `isFollower`: others are likely to request the same events soon. */
  const batchAfter = (position: number, isFollower: boolean): ReadonlyArray<RecordedEvent> => {
    const [limits, rows] = isFollower ? [followLimits, sql.followed] : [readLimits, sql.read]
    const known = tail.after(position, limits)
    if (known.length > 0) return known
    const keep = isFollower && tail.continuesAt(position)
    return boundedPage(rows.iterate(position), sizeOf, (row) => {
      const recorded = toRecordedEvent(row)
      if (keep) tail.push(row.position, recorded, sizeOf(row))
      return recorded
    })
  }

  /** What every follower has taken is not requested again: keeping it would only burden the garbage collector. */
  const releaseTaken = () => tail.release(Math.min(...[...followers].map(({ at }) => at)))

  async function* follow(after: Position, signal: AbortSignal, atEnd: 'stop' | 'wait', gathering = 0) {
    const reader = { at: fromPosition(after) }
    if (atEnd === 'wait') followers.add(reader)
    try {
      while (!signal.aborted) {
        const end = sql.end()
        const batch = batchAfter(reader.at, atEnd === 'wait')
        const last = batch.at(-1)
        if (last !== undefined) {
          reader.at = fromPosition(last.position)
          const isFull = reader.at < end
          releaseTaken()
          yield batch
          await (isFull || gathering === 0 ? nextTurn() : clock.sleep(gathering, signal))
        } else if (atEnd === 'wait') await wakeUp.wait(pollMs, signal)
        else return
      }
    } finally {
      followers.delete(reader)
      releaseTaken()
    }
  }

  return {
    limits: undefined,
    append: async (appends) => {
      const outcome: AppendOutcome = { results: [], written: [] }
      try {
        await unlocked(() => {
          write(appends, outcome)
          if (followers.size === 0) return
          // At once, so that nobody reads from the file what the tail is about to hold.
          for (const { position, recorded, size } of outcome.written) tail.push(position, recorded, size)
        })
      } catch (error) {
        const cause = storeTrouble(file, error)
        if (cause === undefined) throw error
        // A failed commit may still appear after a restart; only conflicts are certain not to be written.
        return appends.map(({ stream }, i) => {
          const result = outcome.results[i]
          return result?.tag === 'Conflict' ? result : { tag: 'Unknown', stream, cause }
        })
      }
      if (outcome.written.length > 0) wakeUp.wake()
      return outcome.results
    },
    readStream: async (stream, from, limit) => sql.stream.all(stream, from, limit).map(toRecordedEvent),
    read: (after, signal) => follow(after, signal, 'stop'),
    subscribe: (after, signal, gathering) => follow(after, signal, 'wait', gathering),
    firstAfter: async (position) => sql.next.all(fromPosition(position)).map(toRecordedEvent)[0],
    end: async () => toPosition(sql.end()),
    readCheckpoint: async (name) => sql.checkpoint(name),
    writeCheckpoint: async (name, expected, position) => {
      const written = await unlocked(() =>
        expected === undefined
          ? sql.addCheckpoint.run(name, position)
          : sql.moveCheckpoint.run(position, name, expected),
      )
      return written.changes === 1
    },
    ...createIdentity(connection, unlocked),
    ...createSecrets(connection, unlocked),
  }
}

interface AppendOutcome {
  /** By the index of the append; all of them are set once the transaction succeeds. */
  readonly results: Array<AppendResult>
  readonly written: Array<{ position: number; recorded: RecordedEvent; size: number }>
}
