import type Sqlite from 'better-sqlite3'
import type { Position } from '../../application/ports/position.ts'
import type { RawLogEvent, RawSource } from '../../application/ports/raw-log.ts'
import { nextTurn } from '../system/next-turn.ts'
import { boundedPage } from './bounded-page.ts'
import { storedPosition, storedText } from './damaged-row.ts'
import { type EventRow, eventColumns, placeOf, sizeOf, textIn } from './event-rows.ts'
import { fromPosition } from './position.ts'
import { identityIn } from './sqlite-identity.ts'
import { secretsIn } from './sqlite-secrets.ts'

const pageRows = 4096

/** The event log as its rows. */
export const createRawLog = (connection: Sqlite.Database): RawSource => {
  const after = connection.prepare<[number], EventRow>(
    `SELECT ${eventColumns} FROM events WHERE position > ? ORDER BY position LIMIT ${pageRows}`,
  )
  const lastUpTo = connection.prepare<[number], EventRow>(
    `SELECT ${eventColumns} FROM events WHERE position <= ? ORDER BY position DESC LIMIT 1`,
  )
  const count = connection.prepare<[], { events: number; streams: number }>(
    'SELECT count(*) AS events, count(DISTINCT stream) AS streams FROM events',
  )
  return {
    read: async function* (from, signal) {
      for (let at = from; !signal.aborted; ) {
        const page = boundedPage(after.iterate(fromPosition(at)), sizeOf, toRawLogEvent)
        const last = page.at(-1)
        if (last === undefined) return
        at = last.position
        yield page
        await nextTurn()
      }
    },
    count: async () => count.get() ?? { events: 0, streams: 0 },
    lastUpTo: async (position) => {
      const row = lastUpTo.get(fromPosition(position))
      return row === undefined ? undefined : toRawLogEvent(row)
    },
    identity: async () => identityIn(connection),
    secrets: async () => secretsIn(connection),
    checkpoints: async () => checkpointsIn(connection),
  }
}

export const checkpointsIn = (connection: Sqlite.Database): ReadonlyMap<string, Position> => {
  const rows = connection.prepare<[], { name: unknown; position: unknown }>(
    'SELECT name, position FROM checkpoints ORDER BY name',
  )
  return new Map(
    rows
      .all()
      .map(({ name, position }) => [storedText(name, 'the name of a checkpoint'), storedPosition(position)]),
  )
}

const toRawLogEvent = (row: EventRow): RawLogEvent => ({
  ...placeOf(row),
  eventId: textIn(row.event_id),
  type: textIn(row.type),
  data:
    row.public === null
      ? row.data
      : `{"public":${row.public},"personal":${row.personal},"message":${row.message}}`,
  metadata: row.metadata,
})
