import type Sqlite from 'better-sqlite3'
import type { RefusalDay, RefusalDayRef } from '../../application/ports/refusal-day.ts'
import { boundedPage } from './bounded-page.ts'
import { DamagedRow, parseStored } from './damaged-row.ts'
import type { GenerationTables, OpenGeneration } from './generation-tables.ts'

/** `refusals_<n>`: the refusals of each stream and day, as JSON. */
export const refusalTables: GenerationTables<RefusalDayRef, RefusalDay> = {
  create: (connection, generation) =>
    connection.exec(`
      CREATE TABLE refusals_${generation} (
        stream TEXT NOT NULL,
        day TEXT NOT NULL,
        refusals TEXT NOT NULL,
        PRIMARY KEY (stream, day)
      );
    `),
  drop: (connection, generation) => connection.exec(`DROP TABLE refusals_${generation}`),
  open: (connection, generation) => openRefusals(connection, generation),
}

const openRefusals = (
  connection: Sqlite.Database,
  generation: number,
): OpenGeneration<RefusalDayRef, RefusalDay> => {
  const table = `refusals_${generation}`
  const write = connection.prepare(`
    INSERT INTO ${table} (stream, day, refusals) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET refusals = excluded.refusals`)
  const load = connection
    .prepare<[string, string], string>(`SELECT refusals FROM ${table} WHERE stream = ? AND day = ?`)
    .pluck()
  const count = connection.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck()
  const page = connection.prepare<[string, string], RefusalRow>(`
    SELECT stream, day, refusals FROM ${table} WHERE (stream, day) > (?, ?) ORDER BY stream, day LIMIT 512`)
  return {
    write: (documents) => {
      for (const document of documents) write.run(document.stream, document.day, JSON.stringify(document))
    },
    load: ({ stream, day }) => {
      const text = load.get(stream, day)
      return text === undefined
        ? undefined
        : { document: toRefusalDay({ stream, day, refusals: text }), size: text.length }
    },
    count: () => count.get() ?? 0,
    page: (after) =>
      boundedPage(
        page.iterate(after?.stream ?? '', after?.day ?? ''),
        ({ refusals }) => refusals.length,
        toRefusalDay,
      ),
  }
}

export interface RefusalRow extends RefusalDayRef {
  readonly refusals: string
}

/** @throws DamagedRow */
export const toRefusalDay = (row: RefusalRow): RefusalDay => {
  const document: RefusalDay = parseStored(row.refusals)
  if (document.stream !== row.stream || document.day !== row.day || !Array.isArray(document.groups))
    throw new DamagedRow('the refusals of a day are of another one')
  return document
}
