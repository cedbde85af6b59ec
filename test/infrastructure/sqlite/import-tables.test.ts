import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { importTables } from '../../../infrastructure/sqlite/import-tables.ts'
import { prepareStatements } from '../../../infrastructure/sqlite/sqlite-audit-index.ts'

const connection = new Sqlite(':memory:')
importTables.create(connection, 1)
const statements = prepareStatements(connection, 1)

/** The query plan of a statement. */
const planOf = (name: keyof typeof statements): ReadonlyArray<string> => {
  const source = statements[name]?.source ?? ''
  const values = Array(source.split('?').length - 1).fill(null)
  return connection
    .prepare<Array<unknown>, { detail: string }>(`EXPLAIN QUERY PLAN ${source}`)
    .all(...values)
    .map(({ detail }) => detail)
}

// What each question costs: an index is used only if the query has exactly the expression of its definition.
test.each<[keyof typeof statements, ReadonlyArray<RegExp>]>([
  ['nextNumber', [/USING INTEGER PRIMARY KEY \(rowid>\?\)/]],
  ['numberOf', [/USING (COVERING )?INDEX sqlite_autoindex_imports_1_1 \(import_id=\?\)/]],
  ['byId', [/USING INDEX sqlite_autoindex_imports_1_1 \(import_id=\?\)/]],
  ['unreadable', [/USING INDEX imports_1_by_unreadable \(unreadable=\? AND rowid>\?\)/]],
  ['countUnreadable', [/USING COVERING INDEX imports_1_by_unreadable/]],
  ['recent', [/USING INDEX imports_1_by_queue \(queue=\?\)/]],
  [
    'byImport',
    [
      /autoindex/,
      /imports_1_by_repeats \(repeats=\? AND rowid>\?\)/,
      /imports_1_by_replay_of \(replay_of=\? AND rowid>\?\)/,
    ],
  ],
  ['byFeedback', [/USING INDEX imports_1_by_feedback \(<expr>=\? AND feedback_id=\? AND rowid>\?\)/]],
  ['byProfile', [/USING INDEX imports_1_by_profile \(<expr>=\? AND profile_id=\? AND rowid>\?\)/]],
  ['refused', [/USING INDEX imports_1_by_code \(code=\? AND number>\?\)/]],
  ['done', [/USING INTEGER PRIMARY KEY \(rowid>\?\)/]],
])('%s is answered by an index', (name, expected) => {
  const plan = planOf(name)
  for (const step of expected) expect(plan.some((detail) => step.test(detail))).toBe(true)
  expect(plan.filter((detail) => detail.startsWith('SCAN'))).toEqual([])
  if (name !== 'byImport') expect(plan.filter((detail) => detail.includes('TEMP B-TREE'))).toEqual([])
})

test('a successful import does not pay for the indexes of refusals, repetitions and replays', () => {
  const filters = connection
    .prepare<[], string>(
      "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
    )
    .pluck()
    .all()
    .map((sql) => /\S+_(by_\w+) .* WHERE (.*)$/.exec(sql)?.slice(1))
  expect(filters).toEqual([
    ['by_code', 'code > 0'],
    ['by_feedback', 'feedback_id IS NOT NULL'],
    ['by_profile', 'profile_id IS NOT NULL'],
    ['by_queue', 'queue IS NOT NULL'],
    ['by_repeats', 'repeats IS NOT NULL'],
    ['by_replay_of', 'replay_of IS NOT NULL'],
    ['by_unreadable', 'unreadable IS NOT NULL'],
  ])
})
