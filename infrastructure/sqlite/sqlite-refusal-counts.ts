import type Sqlite from 'better-sqlite3'
import type { RefusalCounts } from '../../application/ports/refusal-counts.ts'
import { nextTurn } from '../system/next-turn.ts'
import { boundedPage } from './bounded-page.ts'
import { openLiveReader } from './live-reader.ts'
import { type RefusalRow, toRefusalDay } from './refusal-tables.ts'

/** Reads a page at a time from the live generation. */
export const createRefusalCounts = (connection: Sqlite.Database): RefusalCounts => {
  const reader = openLiveReader(connection, 'refusals', (on, generation) =>
    on.prepare<[string, string, string, string], RefusalRow>(`
      SELECT stream, day, refusals FROM refusals_${generation}
      WHERE (stream, day) > (?, ?) AND day >= ? AND day < ? ORDER BY stream, day LIMIT 512`),
  )
  const pageAfter = (stream: string, day: string, since: string, until: string) =>
    reader.read((live) =>
      live === undefined
        ? []
        : boundedPage(
            live.statements.iterate(stream, day, since, until),
            ({ refusals }) => refusals.length,
            toRefusalDay,
          ),
    )
  return {
    days: async function* ({ since = '', until = '~' }) {
      let page = pageAfter('', '', since, until)
      while (page.length > 0) {
        yield* page
        await nextTurn()
        const last = page.at(-1)
        page = pageAfter(last?.stream ?? '', last?.day ?? '', since, until)
      }
    },
  }
}
