import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { CopyProgress } from '../../../application/copying/copy-log.ts'
import type { Clock } from '../../../application/ports/clock.ts'
import type { EventStore } from '../../../application/ports/event-store.ts'
import { profileIdOf } from '../../../domain/ids.ts'
import { copyToEventStoreDb } from '../../../infrastructure/composition-root/copy-to-event-store-db.ts'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { systemIds } from '../../../infrastructure/system/system-ids.ts'
import {
  aDatabase,
  anImportId,
  creations,
  importRejected,
  toAppend,
} from '../../support/builders/event-builders.ts'
import { appending } from '../../support/eventstoredb/opened.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

const never = new AbortController().signal

/** A row as written by a program before version 2, or as the copy has it. */
export interface Row {
  readonly stream: string
  readonly revision: number
  readonly event_id: string
  readonly type: string
  readonly data: string
  readonly metadata: string
}

export const insert = (folder: string, rows: ReadonlyArray<Row>): void => {
  const connection = new Sqlite(join(folder, 'events.sqlite'))
  const statement = connection.prepare(
    'INSERT INTO events (stream, revision, event_id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
  )
  for (const row of rows) {
    statement.run(row.stream, row.revision, row.event_id, row.type, row.data, row.metadata)
  }
  connection.close()
}

export const rowsOf = (folder: string): ReadonlyArray<Row> => {
  const connection = new Sqlite(join(folder, 'events.sqlite'))
  try {
    return connection
      .prepare<[], Row>(`
        SELECT stream, revision, event_id, type,
          CASE WHEN public IS NULL THEN data
          ELSE '{"public":' || public || ',"personal":' || personal || ',"message":' || message || '}' END AS data,
          metadata
        FROM events ORDER BY position`)
      .all()
  } finally {
    connection.close()
  }
}

export const openLog = (folder: string): EventStore => {
  const { eventStore, close } = openSqliteLog(folder, { clock: systemClock })
  onTestFinished(close)
  return eventStore
}

/** Three streams: two alternate, and one has longer runs. */
export const aLog = async (): Promise<{ folder: string; log: EventStore }> => {
  const folder = temporaryFolder()
  const log = openLog(folder)
  for (let n = 0; n < 20; n++) {
    const rejected = importRejected(100 + n)
    await appending(log, 'profiles-1.7', n - 1, creations(n, 1))
    if (n % 2 === 0) await appending(log, 'rejectedImports', n / 2 - 1, [toAppend(rejected)])
    await appending(log, 'profiles-2.7', 10 * n - 1, creations(1000 + 10 * n, 10, aDatabase(2)))
  }
  return { folder, log }
}

export const oldEvent = (n: number) => ({
  event_id: anImportId(n),
  type: 'ProfileCreated',
  data: `{"account_id":3,"db_id":7,"profile_id":"${profileIdOf(anImportId(n))}","fields":{"email":"old@example.com"}}`,
  metadata: JSON.stringify({
    import_id: anImportId(n),
    time: '2020-01-31T12:00:00.000Z',
    source: { kind: 'queue', queue: 'q' },
    message: { encoding: 'utf8', body: '{}', bytes: 2, sha256: '0'.repeat(64) },
    feedback_id: 'old',
    matching: 'email',
    skip_triggers: false,
  }),
})

interface Copying {
  readonly clock?: Clock
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: CopyProgress) => void
}

export const copying = (
  folder: string,
  server: StandIn,
  { clock = systemClock, signal = never, onProgress = () => {} }: Copying = {},
) =>
  copyToEventStoreDb(
    { from: folder, to: server.url, clock, chance: () => 0, ids: systemIds, onProgress },
    signal,
  )

/** Our events on the server, in the order of its log. */
export const copiesOn = (server: StandIn): ReadonlyArray<Row> =>
  server.log.all
    .filter(({ stream }) => stream.startsWith('profiles-') || stream === 'rejectedImports')
    .map(({ stream, revision, id, type, data, metadata }) => ({
      stream,
      revision,
      event_id: id,
      type,
      data: Buffer.from(data).toString(),
      metadata: Buffer.from(metadata)
        .toString()
        .replace(/,?"\$correlationId":"[^"]+","\$causationId":"[^"]+"/, ''),
    }))
