import type Sqlite from 'better-sqlite3'
import { schemaVersion } from '../../domain/events/current.ts'
import { maxPageSize } from './bounded-page.ts'
import { storedCount, storedPosition } from './damaged-row.ts'
import { type EventRow, eventColumns } from './event-rows.ts'

/** A reader processes each batch before it takes the next, so little is held at once. */
export const readLimits = { events: 512, size: maxPageSize }
/** A follower may process each batch in one transaction. */
export const followLimits = { events: 8192, size: maxPageSize }

/** A parameter after LIMIT would make SQLite prepare the statement again on every call. */
const prepareAfter = (connection: Sqlite.Database, limit: number) =>
  connection.prepare<[number], EventRow>(
    `SELECT ${eventColumns} FROM events WHERE position > ? ORDER BY position LIMIT ${limit}`,
  )

/** The statements of the log. */
export const prepareStatements = (connection: Sqlite.Database) => {
  const end = connection.prepare<[], unknown>('SELECT max(position) FROM events').pluck()
  const revision = connection
    .prepare<[string], unknown>('SELECT max(revision) FROM events WHERE stream = ?')
    .pluck()
  const checkpoint = connection
    .prepare<[string], unknown>('SELECT position FROM checkpoints WHERE name = ?')
    .pluck()
  return {
    /** Of the last event; 0 if there is none. */
    end: () => storedCount(end.get() ?? 0, 'a position'),
    /** Of the last event of a stream; -1 if there is none. */
    revision: (stream: string) => {
      const last = revision.get(stream)
      return last === null ? -1 : storedCount(last, 'a revision')
    },
    isThere: connection.prepare<[string, number]>('SELECT 1 FROM events WHERE stream = ? AND revision = ?'),
    // An older program that still reads this file sees from `metadata` that the event is of a later version.
    insert: connection.prepare(
      `INSERT INTO events (${eventColumns}) VALUES (?, ?, ?, ?, ?, '', '{"schema_version":${schemaVersion}}', ?, ?, ?)`,
    ),
    read: prepareAfter(connection, readLimits.events),
    next: prepareAfter(connection, 1),
    followed: prepareAfter(connection, followLimits.events),
    stream: connection.prepare<[string, number, number], EventRow>(
      `SELECT ${eventColumns} FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`,
    ),
    checkpoint: (name: string) => {
      const position = checkpoint.get(name)
      return position === undefined ? undefined : storedPosition(position)
    },
    addCheckpoint: connection.prepare(
      'INSERT INTO checkpoints (name, position) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    moveCheckpoint: connection.prepare('UPDATE checkpoints SET position = ? WHERE name = ? AND position = ?'),
  }
}
