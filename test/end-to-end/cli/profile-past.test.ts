import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, openCliHome } from '../../support/real-processes/cli.ts'

const ann = { account_id: 1, db_id: 1, email: 'ann@example.com' }
const sent: ReadonlyArray<JsonObject> = [
  { ...ann, feedback_id: 'ann-1', data: { email: 'ann@example.com', _city: 'Lund', tags: ['a'] } },
  { ...ann, email: 'ben@example.com', data: { email: 'ben@example.com' } },
  {
    ...ann,
    feedback_id: 'ann-2',
    data: {
      _city: 'Malmö',
      tags: { action: 'add', value: ['b'] },
      subscriptions: [{ channel: 'email', resource_id: 24, email: 'ann@example.com', status: 'on' }],
    },
  },
  { ...ann, feedback_id: 'ann-3', data: { _city: null } },
]

let home: CliHome
let id: string
let imports: ReadonlyArray<string>
let times: ReadonlyArray<string>
beforeAll(async () => {
  home = openCliHome()
  const replies = []
  // One after another, so that each has a time of its own.
  for (const message of sent) replies.push(...(await home.importing([message])))
  id = String(replies[0]?.profile_id)
  const history = await home.output('history', '--profile', id)
  imports = history.map((line) => String(line.import_id))
  times = history.map((line) => String(line.time))
})
afterAll(() => home.remove())

const failure = async (...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = await home.run(args)
  expect(stdout).toBe('')
  return { status, stderr }
}

describe('profile --at, --revision', () => {
  test('print the state then', async () => {
    const [now] = await home.output('profile', id)
    const [first] = await home.output('profile', id, '--revision', '0')
    expect(first).toEqual({
      account_id: 1,
      db_id: 1,
      profile_id: id,
      revision: 0,
      fields: { email: 'ann@example.com', _city: 'Lund', tags: ['a'] },
      subscriptions: [],
    })
    // The event between belongs to another profile.
    expect(await home.output('profile', id, '--revision', '1')).toEqual([first])
    expect(await home.output('profile', id, '--at', times[0] ?? '')).toEqual([first])
    expect(await home.output('profile', id, '--revision', '2')).toMatchObject([
      { revision: 2, fields: { _city: 'Malmö', tags: ['a', 'b'] }, subscriptions: [{ resource_id: 24 }] },
    ])
    expect(await home.output('profile', id, '--revision', '3')).toEqual([now])
    expect(await home.output('profile', id, '--at', '9999-01-01')).toEqual([now])
  })

  test('fail if it did not exist, or never did', async () => {
    expect(await failure('profile', id, '--at', '2020-01-01')).toEqual({
      status: 1,
      stderr: 'error: the profile did not exist at that time\n',
    })
    for (const question of [['--revision', '0'], ['--at', '2020-01-01'], ['--changes'], ['--sources']])
      expect(await failure('profile', '0'.repeat(24), ...question)).toEqual({
        status: 1,
        stderr: 'error: no such profile\n',
      })
  })

  test.each<[args: ReadonlyArray<string>, error: RegExp]>([
    [['--at', 'yesterday'], /--at/],
    [['--revision', '-1'], /--revision/],
    [['--at', '2020-01-01', '--sources'], /give only one of --at, --revision, --changes, --sources/],
    [['--since', '2020-01-01'], /--since requires --changes/],
    [['--until', '2020-01-01', '--sources'], /--until requires --changes/],
  ])('refuse %j', async (args, error) => {
    const { status, stderr } = await failure('profile', id, ...args)
    expect(status).toBe(2)
    expect(stderr).toMatch(error)
  })
})

test('profile --changes prints its life, with the values before and after', async () => {
  const lines = await home.output('profile', id, '--changes')
  expect(lines).toMatchObject([
    { import_id: imports[0], verdict: 'created', feedback_id: 'ann-1', revision: 0 },
    {
      import_id: imports[1],
      time: times[1],
      verdict: 'updated',
      fields: [
        { field: '_city', action: 'set', before: 'Lund', after: 'Malmö' },
        { field: 'tags', action: 'add', items: ['b'] },
      ],
      subscriptions: [
        {
          subscription: { channel: 'email', resource_id: 24, email: 'ann@example.com' },
          after: { status: 'on' },
        },
      ],
    },
    { fields: [{ field: '_city', action: 'unset', before: 'Malmö' }], subscriptions: [] },
  ])
  const [since, until] = [
    ['--since', times[1] ?? ''],
    ['--until', times[2] ?? ''],
  ]
  expect(await home.output('profile', id, '--changes', ...since, ...until)).toEqual([lines[1]])
  expect(await home.output('profile', id, '--changes', '--until', '2020-01-01')).toEqual([])
})

test('profile --sources prints for each value which import set it, when, and the value before', async () => {
  const lines = await home.output('profile', id, '--sources')
  expect(lines).toMatchObject([
    { field: 'email', value: 'ann@example.com', import_id: imports[0], feedback_id: 'ann-1' },
    { field: 'tags', value: ['a', 'b'], before: ['a'], import_id: imports[1], time: times[1], revision: 2 },
    { subscription: { resource_id: 24, status: 'on' }, import_id: imports[1] },
  ])
  expect(lines[0]).not.toHaveProperty('before')
})
