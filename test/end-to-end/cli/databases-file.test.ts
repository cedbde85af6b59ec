import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { cliHome, linesOf } from '../../support/real-processes/cli.ts'

const databases = (crmId: JsonObject) =>
  JSON.stringify({
    databases: [{ account_id: 1, db_id: 1, fields: { CRM_ID: crmId, bonus: { type: 'int' } } }],
  })

const person = (n: number): JsonObject => ({
  account_id: 1,
  db_id: 1,
  email: `user${n}@example.com`,
  data: { CRM_ID: `crm-${n}` },
})

const byCrmId = (n: number): JsonObject => ({
  account_id: 1,
  db_id: 1,
  matching: 'custom',
  field_name: 'CRM_ID',
  field_value: `crm-${n}`,
  update_only: true,
  data: { bonus: { action: 'incr', value: 7 } },
})

test('a field newly declared for matching finds profiles that were imported before', async () => {
  const home = cliHome()
  const DATABASES_FILE = home.write('databases.json', databases({ type: 'string' }))
  const before = await home.importing([1, 2, 3].map(person), { DATABASES_FILE })
  expect(await home.importing([byCrmId(2)], { DATABASES_FILE })).toMatchObject([
    { error: 400, error_text: 'field_name: the field CRM_ID is not declared for matching' },
  ])

  home.write('databases.json', databases({ type: 'string', match: true }))
  const find = [
    ...['find', '--account', '1', '--db', '1', '--matching', 'custom'],
    ...['--field-name', 'CRM_ID', '--field-value', 'crm-2'],
  ]
  const reading = [['verify'], find, ['profile', String(before[1]?.profile_id)]]
  for (const args of reading) {
    const outdated = await home.run(args, { env: { DATABASES_FILE } })
    expect(outdated).toMatchObject({ status: 1, stdout: '' })
    expect(outdated.stderr).toMatch(/^error: .*another DATABASES_FILE or PASS_OVER: .*rebuilds it/)
  }

  expect(await home.importing([byCrmId(2), byCrmId(9)], { DATABASES_FILE })).toMatchObject([
    { error: 0, matching_field: 'custom', profile_id: before[1]?.profile_id },
    { error: 404 },
  ])
  const [status] = await home.output('status')
  expect(status).toMatchObject({
    profiles: { generation: 2, documents: 3, lag: 0 },
    imports: { generation: 1 },
  })
  for (const args of reading) expect((await home.run(args, { env: { DATABASES_FILE } })).status).toBe(0)
})

test('a message for a database that is not declared is refused', async () => {
  const home = cliHome()
  const DATABASES_FILE = home.write('databases.json', databases({ type: 'string' }))
  expect(await home.importing([{ ...person(1), db_id: 2 }], { DATABASES_FILE })).toMatchObject([
    { error: 404, error_text: 'no such database' },
  ])
})

test('mistakes in the file prevent the start, with one line each, without the values', async () => {
  const home = cliHome()
  const DATABASES_FILE = home.write(
    'databases.json',
    JSON.stringify({
      databases: [
        { account_id: 0, db_id: 1 },
        {
          account_id: 1,
          db_id: 7,
          unknown_fields: 'hunter2',
          fields: { a: { type: 'hunter2' }, b: { type: 'enum' } },
        },
      ],
    }),
  )
  for (const args of [['import'], ['verify']]) {
    const { status, stdout, stderr } = await home.run(args, { env: { DATABASES_FILE } })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(
        /^error: DATABASES_FILE: .*databases\.json: databases\[1\]\.fields\.b: an enum needs values$/,
      ),
      expect.stringMatching(
        /^error: DATABASES_FILE: .*databases\.json: databases\[0\]\.account_id: must be /,
      ),
      expect.stringMatching(
        /^error: DATABASES_FILE: .*databases\.json: databases\[1\]\.unknown_fields: must be /,
      ),
      expect.stringMatching(
        /^error: DATABASES_FILE: .*databases\.json: databases\[1\]\.fields\.a\.type: must be /,
      ),
    ])
    expect(stderr).not.toContain('hunter2')
  }
  const missing = await home.run(['import'], { env: { DATABASES_FILE: 'missing.json' } })
  expect(missing).toMatchObject({
    status: 2,
    stderr: 'error: DATABASES_FILE: missing.json: cannot be read: no such file\n',
  })
  expect(existsSync(home.data)).toBe(false)
})
