import type Sqlite from 'better-sqlite3'
import type { RefusalDay, RefusalDayRef } from '../../application/ports/refusal-day.ts'
import { boundedPage } from './bounded-page.ts'
import { parseStored } from './damaged-row.ts'
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
  const page = connection
    .prepare<[string, string], string>(`
      SELECT refusals FROM ${table} WHERE (stream, day) > (?, ?) ORDER BY stream, day LIMIT 512`)
    .pluck()
  return {
    write: (documents) => {
      for (const document of documents) write.run(document.stream, document.day, JSON.stringify(document))
    },
    load: ({ stream, day }) => {
      const text = load.get(stream, day)
      return text === undefined ? undefined : { document: toRefusalDay(text), size: text.length }
    },
    count: () => count.get() ?? 0,
    page: (after) =>
      boundedPage(page.iterate(after?.stream ?? '', after?.day ?? ''), (text) => text.length, toRefusalDay),
  }
}

export const toRefusalDay = (text: string): RefusalDay => parseStored(text)
