import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, cliHome, linesOf, openCliHome, parsed } from '../../support/real-processes/cli.ts'

const base = { account_id: 1, db_id: 1 }
const update = (n: number): JsonObject => ({
  ...base,
  feedback_id: `update-${n}`,
  update_only: true,
  email: `user${n}@example.com`,
  data: { visits: { action: 'incr', value: 1 } },
})
const create = (n: number): JsonObject => ({
  ...base,
  feedback_id: `create-${n}`,
  email: `user${n}@example.com`,
  data: {},
})

const importIdOf = async (home: CliHome, feedbackId: string) =>
  String((await home.output('history', '--feedback-id', feedbackId))[0]?.import_id)

describe('replay --import', () => {
  let home: CliHome
  beforeAll(async () => {
    home = openCliHome()
    await home.importing([update(1), create(1)])
  })
  afterAll(() => home.remove())

  test('is a new import that names the old one, and prints the reply', async () => {
    const id = await importIdOf(home, 'update-1')
    const { status, stdout, stderr } = await home.run(['replay', '--import', id])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '1 replayed\n' })
    expect(parsed(stdout)).toMatchObject([{ error: 0, feedback_id: 'update-1' }])

    const history = await home.output('history', '--import', id)
    expect(history).toMatchObject([
      { import_id: id, verdict: 'rejected', code: 404 },
      { replay_of: id, verdict: 'updated' },
    ])
    expect(history[1]?.import_id).not.toBe(id)
    expect((await home.run(['verify'])).status).toBe(0)
  })

  test('does not happen for a line of a file that names an import', async () => {
    const id = await importIdOf(home, 'update-1')
    const before = (await home.output('history', '--import', id)).length
    const claims = { replay_of: id, replayOf: id, replay_mark: 'f'.repeat(64) }
    await home.importing([{ ...create(3), ...claims, headers: claims }])
    expect(await home.output('history', '--import', id)).toHaveLength(before)
  })

  test('fails for a missing import', async () => {
    const id = '00000000-0000-5000-8000-000000000000'
    expect(await home.run(['replay', '--import', id])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'error: no such import\n',
    })
  })

  test.each([
    [['replay'], 'say which imports: --import, --group, or conditions as those of `search`'],
    [
      ['replay', '--verdict', 'updated', '--email', 'a@example.com'],
      '--verdict: updated means imports that were not refused, which needs --applied',
    ],
    [['replay', '--code', '0'], '--code: 0 means imports that were not refused, which needs --applied'],
    [
      ['replay', '--code', '1', '--import', '00000000-0000-5000-8000-000000000000'],
      '--import, --group: take no other condition',
    ],
    [
      ['replay', '--import', '00000000-0000-5000-8000-000000000000', '--since', '2026-01-01'],
      '--import, --group: take no other condition',
    ],
    [
      ['replay', '--code', '400', '--set', 'data.name=Ann'],
      `--set: the value must be JSON; a text needs its own quotation marks: --set 'data._fname="Ann"'`,
    ],
  ])('must be told what to replay: %j', async (args, text) => {
    expect(await home.run(args)).toEqual({ status: 2, stdout: '', stderr: `error: ${text}\n` })
  })

  test('fails for a message too large to be kept whole', async () => {
    const large = { ...create(2), data: { note: 'x'.repeat(200_000) } }
    expect(await home.importing([large])).toMatchObject([{ error: 413, feedback_id: 'create-2' }])
    const [event] = (await home.output('events')).slice(-1)
    const { status, stdout, stderr } = await home.run(['replay', '--import', String(event?.event_id)])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(linesOf(stderr)[0]).toBe('1 message not replayed: too large to be kept whole')
  })
})

test('replay --group replays the refusals of a group, each only once', async () => {
  const home = cliHome()
  await home.importing([update(1), { ...update(2), db_id: 2 }, { ...create(3), data: { _fname: 1 } }])
  await home.importing([create(1)])
  const groups = await home.output('refusals', '--group-by', 'reason,db')
  const group = String(groups.find(({ codes, db }) => String(codes) === '404' && db === 1)?.group)
  const replay = () => home.run(['replay', '--group', group])
  const first = await replay()
  expect(parsed(first.stdout)).toMatchObject([{ error: 0, feedback_id: 'update-1' }])
  expect(await replay()).toMatchObject({
    stdout: '',
    stderr: '1 message skipped: replayed before\n0 replayed\n',
  })
})

test('replay takes the conditions of search, and resubmits in the order of the log', async () => {
  const home = cliHome()
  const toAnn = (n: number): JsonObject => ({ ...update(1), feedback_id: `ann-${n}` })
  await home.importing([toAnn(1), update(2), toAnn(2), create(3), toAnn(3)])
  await home.importing([create(1)])
  const replay = () => home.run(['replay', '--email', String(update(1).email), '--reason', 'ProfileNotFound'])
  expect(parsed((await replay()).stdout)).toMatchObject(
    [1, 2, 3].map((n) => ({ error: 0, feedback_id: `ann-${n}` })),
  )
  expect(await replay()).toMatchObject({
    stdout: '',
    stderr: '3 messages skipped: replayed before\n0 replayed\n',
  })
  const applied = await home.run(['replay', '--feedback-id', 'create-3', '--applied'])
  expect(parsed(applied.stdout)).toMatchObject([{ error: 0, feedback_id: 'create-3' }])
})

test('replay --dry-run prints what each message would do, and writes nothing', async () => {
  const home = cliHome()
  await home.importing([update(1), update(1), update(2), { ...create(3), data: { _fname: 7 } }])
  await home.importing([create(1)])
  const before = await home.output('events')
  const replay = (...args: ReadonlyArray<string>) => home.run(['replay', ...args])
  const tried = await replay('--account', '1', '--set', 'data._fname="Ann"', '--dry-run')
  expect(tried).toMatchObject({ status: 0, stderr: '4 messages would be replayed\n' })
  const imports = before.map(({ event_id }) => event_id)
  const visits = (was: number | undefined, value: number) =>
    expect.objectContaining({ field: 'visits', by: 1, value, ...(was !== undefined && { was }) })
  expect(parsed(tried.stdout)).toMatchObject([
    { replay_of: imports[0], verdict: 'updated', changes: expect.arrayContaining([visits(undefined, 1)]) },
    { replay_of: imports[1], verdict: 'updated', changes: expect.arrayContaining([visits(1, 2)]) },
    { replay_of: imports[2], verdict: 'rejected', code: 404 },
    { replay_of: imports[3], verdict: 'created', fixes: [{ action: 'set', path: ['data', '_fname'] }] },
  ])
  expect(await home.output('events')).toEqual(before)
  const done = await replay('--account', '1', '--set', 'data._fname="Ann"')
  expect(parsed(done.stdout)).toMatchObject([{ error: 0 }, { error: 0 }, { error: 404 }, { error: 0 }])
})

describe('replay --set and --unset', () => {
  const wrong = (n: number, rest: JsonObject = {}): JsonObject => ({
    ...base,
    feedback_id: `wrong-${n}`,
    email: `user${n}@example.com`,
    data: { _fname: n, 'a.b': 1, size: 12_345_678, ...rest },
  })

  test('fix the messages, tell what was fixed, and leave out what cannot be fixed', async () => {
    const home = cliHome()
    await home.importing([wrong(1), '{"broken', '[1]', wrong(2, { list: 5 })])
    const fix = [
      '--set',
      'data._fname="Ann"',
      '--unset',
      '["data","a.b"]',
      '--set',
      '["data","c=]=d"]=[1.50,"="]',
    ]
    const { status, stdout, stderr } = await home.run([
      'replay',
      '--code',
      '400',
      ...fix,
      '--set',
      'data.list.x=1',
    ])
    expect({ status, lines: linesOf(stderr) }).toEqual({
      status: 0,
      lines: [
        '2 messages not replayed: not a JSON object, so nothing in it can be fixed',
        '1 message not replayed: a path of --set or --unset does not fit',
        '1 replayed',
      ],
    })
    expect(parsed(stdout)).toMatchObject([{ error: 0, feedback_id: 'wrong-1' }])
    const [, replayed] = await home.output('history', '--feedback-id', 'wrong-1')
    expect(replayed).toMatchObject({
      verdict: 'created',
      fixes: [
        { action: 'unset', path: ['data', 'a.b'] },
        { action: 'set', path: ['data', '_fname'], json: '"Ann"' },
        { action: 'set', path: ['data', 'c=]=d'], json: '[1.50,"="]' },
        { action: 'set', path: ['data', 'list', 'x'], json: '1' },
      ],
    })
    expect(JSON.stringify(replayed)).toContain(
      JSON.stringify('"data":{"_fname":"Ann","size":12345678,"c=]=d":[1.50,"="],"list":{"x":1}}').slice(
        1,
        -1,
      ),
    )
    const told = linesOf((await home.run(['explain', '--import', String(replayed?.import_id)])).stdout)
    expect(told.slice(told.indexOf('Fixed before it was resubmitted:')).slice(1, 5)).toEqual([
      '  data.a.b: removed',
      '  data._fname: set to "Ann"',
      '  data.c=]=d: set to [1.50,"="]',
      '  data.list.x: set to 1',
    ])
  })
})

describe('a replay leaves alone what later imports have changed', () => {
  const ann = (feedback_id: string, data: JsonObject): JsonObject => ({
    ...base,
    feedback_id,
    email: 'ann@example.com',
    data,
  })
  let home: CliHome
  let profileId: string
  beforeAll(async () => {
    home = openCliHome()
    const replies = await home.importing([
      ann('first', { city: 'Lund', size: 1 }),
      ann('second', { city: 'Ystad' }),
    ])
    profileId = String(replies[0]?.profile_id)
  })
  afterAll(() => home.remove())

  const replaying = async (...args: ReadonlyArray<string>) => {
    const { status, stderr } = await home.run(['replay', ...args])
    const [profile] = await home.output('profile', profileId)
    const fields = profile?.fields as JsonObject
    return { status, stderr: linesOf(stderr), city: fields.city, size: fields.size }
  }

  test('and tells it', async () => {
    const [first, second] = [await importIdOf(home, 'first'), await importIdOf(home, 'second')]
    expect(await replaying('--import', first, '--set', 'data.size=2')).toEqual({
      status: 0,
      stderr: [
        '1 message left alone what later imports have changed: `history` and `explain` say what; --overwrite overwrites it',
        '1 replayed',
      ],
      city: 'Ystad',
      size: 2,
    })
    const [, replayed] = await home.output('history', '--import', first)
    const left_alone = { fields: [{ field: 'city', changed_by: second }], subscriptions: [] }
    expect(replayed).toMatchObject({ verdict: 'updated', changes: [{ field: 'size' }], left_alone })
    const told = linesOf((await home.run(['explain', '--import', String(replayed?.import_id)])).stdout)
    expect(
      told.slice(told.indexOf('It left alone what imports after its original had changed:') + 1)[0],
    ).toBe(`  city: changed by import ${second}`)
  })

  test('unless it may overwrite, and only --applied replays imports that were not refused', async () => {
    expect(await replaying('--code', '0', '--applied', '--overwrite')).toEqual({
      status: 0,
      stderr: ['1 message skipped: replayed before', '2 replayed'],
      city: 'Lund',
      size: 2,
    })
  })
})

test('500 refused messages are fixed and resent as a group', async () => {
  const home = cliHome()
  const wrong = (n: number) => ({ ...create(n), data: { _fname: n, number: n } })
  await home.importing(Array.from({ length: 500 }, (_, n) => wrong(n)))
  await home.importing(Array.from({ length: 100 }, (_, n) => ({ ...create(n), data: { number: -1 } })))
  const [group] = await home.output('refusals')
  expect(group).toMatchObject({ count: 500, reason: 'BadMember', member: 'data._fname' })
  const { stdout, stderr } = await home.run([
    'replay',
    '--group',
    String(group?.group),
    '--set',
    'data._fname="Ann"',
  ])
  expect(parsed(stdout).map(({ error }) => error)).toEqual(Array(500).fill(0))
  expect(linesOf(stderr)).toEqual([
    expect.stringMatching(/^100 messages left alone what later imports have changed/),
    '500 replayed',
  ])
  const sql = 'SELECT sum(personal LIKE \'%"left_alone"%\'), sum(personal LIKE \'%"fixes"%\') FROM events'
  expect(home.sql((connection) => connection.prepare(sql).raw().get())).toEqual([100, 500])
  const find = ['find', '--account', '1', '--db', '1', '--email']
  expect(await home.output(...find, 'user99@example.com')).toMatchObject([
    { fields: { _fname: 'Ann', number: -1 } },
  ])
  expect(await home.output(...find, 'user100@example.com')).toMatchObject([
    { fields: { _fname: 'Ann', number: 100 } },
  ])
  expect((await home.run(['verify'])).status).toBe(0)
})

describe('replay --code', () => {
  test('replays messages answered with that code, since a time, each only once', async () => {
    const home = cliHome()
    await home.importing([update(1), update(2), '{"broken'])
    // The messages of one run have the same time, those of another a later one.
    await home.importing([update(3), create(1), create(3)])
    const since = String((await home.output('history', '--feedback-id', 'update-3'))[0]?.time)

    const replay = async (...args: ReadonlyArray<string>) => {
      const { status, stdout, stderr } = await home.run(['replay', ...args])
      expect(status).toBe(0)
      return { replies: parsed(stdout).map(({ feedback_id, error }) => [feedback_id, error]), stderr }
    }
    expect(await replay('--code', '404', '--since', since)).toEqual({
      replies: [['update-3', 0]],
      stderr: '1 replayed\n',
    })
    const rest = await replay('--code', '404')
    expect(rest.replies).toEqual([
      ['update-1', 0],
      ['update-2', 404],
    ])
    expect(linesOf(rest.stderr)).toEqual(['1 message skipped: replayed before', '2 replayed'])
    // The replay of update-2 was refused too: that one is replayed now, the first ones are not.
    expect((await replay('--code', '404')).replies).toEqual([['update-2', 404]])
    expect((await replay('--code', '400')).replies).toEqual([['', 400]])
    expect((await replay('--code', '500')).replies).toEqual([])
    expect((await home.run(['verify'])).status).toBe(0)
  })

  test('does not wait for a running import, and says so', async () => {
    const home = cliHome()
    const importing = home.start(['import', '-'])
    importing.feed(update(1))
    await importing.waitForLines(1)
    const { status, stdout, stderr } = await home.run(['replay', '--code', '404'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^error: another process imports into \.\/data.*\n$/)
  })
})
