import type { Turns } from '../../application/turns.ts'
import type { Database } from '../../domain/ids.ts'
import type { HolderReader } from '../key-holders/holder-reader.ts'
import { storedCount } from './damaged-row.ts'
import type { LiveReader } from './live-reader.ts'
import { losslessText } from './lossless-text.ts'
import type { MatchingStatements } from './matching-statements.ts'

/**
 * Reads each page, and each set of candidates, from a snapshot of its own, so that others have their turn in between.
 * Once the generation is no longer live, nobody seems to have a key.
 */
export const createHolderReader = (
  reader: LiveReader<MatchingStatements>,
  generation: number,
  { account_id, db_id }: Database,
  turns: Turns,
): HolderReader => {
  const readEach = async <Request>(
    requests: ReadonlyArray<Request>,
    readOne: (sql: MatchingStatements, request: Request) => ReadonlyArray<number>,
  ): Promise<ReadonlyArray<ReadonlyArray<number>>> => {
    const answers: Array<ReadonlyArray<number>> = []
    for (const request of requests) {
      const turn = turns.next()
      if (turn !== undefined) await turn
      answers.push(reader.read((live) => (live?.id === generation ? readOne(live.statements, request) : [])))
    }
    return answers
  }
  return {
    pages: (requests) =>
      readEach(requests, (sql, { key, from, limit }) => {
        const page = sql.pages[limit].all(account_id, db_id, losslessText(key), from)
        // The next page begins after the last one; whatever is not a number comes last.
        storedCount(page.at(-1) ?? 0, 'the first revision of a profile')
        return page
      }),
    having: (requests) =>
      readEach(requests, (sql, { keys, among }) => {
        const texts = keys.map(losslessText)
        return among.filter((created) =>
          texts.every((text) => sql.hasKey.get(account_id, db_id, text, created) === 1),
        )
      }),
  }
}
