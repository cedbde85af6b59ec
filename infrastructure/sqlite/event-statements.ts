import type Sqlite from 'better-sqlite3'
import type { Position } from '../../application/ports/position.ts'
import { schemaVersion } from '../../domain/events/current.ts'
import { maxPageSize } from './bounded-page.ts'
import { type EventRow, eventColumns } from './event-rows.ts'

/** A reader works off each batch before it takes the next: little is held at once. */
export const readLimits = { events: 512, size: maxPageSize }
/** A follower may make a transaction of each batch. */
export const followLimits = { events: 8192, size: maxPageSize }

/** A parameter after LIMIT would make SQLite prepare the statement anew with every call. */
const prepareAfter = (connection: Sqlite.Database, limit: number) =>
  connection.prepare<[number], EventRow>(
    `SELECT ${eventColumns} FROM events WHERE position > ? ORDER BY position LIMIT ${limit}`,
  )

/** Of the log. */
export const prepareStatements = (connection: Sqlite.Database) => ({
  end: connection.prepare<[], number | null>('SELECT max(position) FROM events').pluck(),
  revision: connection
    .prepare<[string], number | null>('SELECT max(revision) FROM events WHERE stream = ?')
    .pluck(),
  isThere: connection.prepare<[string, number]>('SELECT 1 FROM events WHERE stream = ? AND revision = ?'),
  // A program of before that still reads this file sees by its `metadata` that the event is of a later version.
  insert: connection.prepare(
    `INSERT INTO events (${eventColumns}) VALUES (?, ?, ?, ?, ?, '', '{"schema_version":${schemaVersion}}', ?, ?, ?)`,
  ),
  read: prepareAfter(connection, readLimits.events),
  followed: prepareAfter(connection, followLimits.events),
  stream: connection.prepare<[string, number, number], EventRow>(
    `SELECT ${eventColumns} FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`,
  ),
  checkpoint: connection
    .prepare<[string], Position>('SELECT position FROM checkpoints WHERE name = ?')
    .pluck(),
  addCheckpoint: connection.prepare(
    'INSERT INTO checkpoints (name, position) VALUES (?, ?) ON CONFLICT DO NOTHING',
  ),
  moveCheckpoint: connection.prepare('UPDATE checkpoints SET position = ? WHERE name = ? AND position = ?'),
})
