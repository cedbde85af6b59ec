import type Sqlite from 'better-sqlite3'
import { beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, cliHome, parsed } from '../../support/real-processes/cli.ts'

const message = (n: number): JsonObject => ({
  account_id: 1,
  db_id: 1,
  feedback_id: `f${n}`,
  email: `user${n}@example.com`,
  data: { _fname: 'Ann', visits: { action: 'incr', value: 1 } },
})
const messages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => message(from + index))

let home: CliHome
beforeEach(() => {
  home = cliHome()
})

const live = (connection: Sqlite.Database, projection: string) =>
  connection.prepare('SELECT live_generation FROM projections WHERE name = ?').pluck().get(projection)

const change = (statement: (generation: unknown) => string, projection = 'profiles') =>
  home.sql((connection) => connection.prepare(statement(live(connection, projection))).run().changes)

const verifying = async () => {
  const { status, stdout, stderr } = await home.run(['verify'])
  return { status, stderr, results: parsed(stdout) }
}

describe('verify finds and rebuild repairs', () => {
  test('a modified profile', async () => {
    const replies = await home.importing(messages(0, 5))
    expect(await verifying()).toMatchObject({
      status: 0,
      stderr: '',
      results: [{ documents: 5 }, { documents: 5 }, { documents: 0 }, { documents: 5 }],
    })

    const id = replies[2]?.profile_id
    const changed = change(
      (n) => `UPDATE profiles_${n} SET state = replace(state, 'Ann', 'Eve') WHERE profile_id = '${id}'`,
    )
    expect(changed).toBe(1)
    expect(await verifying()).toMatchObject({
      status: 1,
      stderr: 'error: 1 difference\n',
      results: [
        { projection: 'profiles', differences: 1, examples: [{ problem: 'different' }] },
        { projection: 'imports', differences: 0, examples: [] },
        { projection: 'refusals', differences: 0, examples: [] },
        { projection: 'search', differences: 0, examples: [] },
      ],
    })
    expect((await verifying()).results[0]?.examples).toEqual([
      expect.objectContaining({ id: expect.stringContaining(String(id)) }),
    ])

    expect(await home.output('rebuild')).toMatchObject([
      { rebuilt: 'profiles', generation: 2, documents: 5, differences: 0 },
      { rebuilt: 'imports', generation: 2, documents: 5, differences: 0 },
      { rebuilt: 'refusals', generation: 2, documents: 0, differences: 0 },
      { rebuilt: 'search', generation: 2, documents: 5, differences: 0 },
    ])
    expect((await home.output('profile', String(id)))[0]?.fields).toMatchObject({ _fname: 'Ann' })
    expect((await verifying()).status).toBe(0)
  })

  test('a missing profile', async () => {
    await home.importing(messages(0, 5))
    expect(change((n) => `DELETE FROM profiles_${n} WHERE created_revision = 3`)).toBe(1)
    expect(change((n) => `DELETE FROM profile_keys_${n} WHERE created_revision = 3`)).toBe(3)
    expect(await verifying()).toMatchObject({
      status: 1,
      results: [{ differences: 1, examples: [{ problem: 'missing' }] }, { differences: 0 }, {}, {}],
    })
    expect(await home.output('rebuild', 'profiles')).toMatchObject([{ rebuilt: 'profiles' }])
    expect((await verifying()).status).toBe(0)
  })

  test('an import missing from the audit index', async () => {
    await home.importing(messages(0, 5))
    expect(change((n) => `DELETE FROM imports_${n} WHERE feedback_id = 'f3'`, 'imports')).toBe(1)
    expect(await verifying()).toMatchObject({
      status: 1,
      results: [{ differences: 0 }, { differences: 1, examples: [{ problem: 'missing' }] }, {}, {}],
    })
    expect(await home.output('rebuild', 'imports')).toMatchObject([{ rebuilt: 'imports' }])
    expect((await verifying()).status).toBe(0)
    expect(await home.output('history', '--feedback-id', 'f3')).toHaveLength(1)
  })
})

describe('the refusals', () => {
  const refused = { ...message(0), data: { _fname: ['Ann'], '': 1 } }

  test('are counted, compared with the log and rebuilt like other read models', async () => {
    await home.importing([message(1), refused, { ...refused, feedback_id: 'again' }])
    expect((await home.output('status'))[0]).toMatchObject({ refusals: { documents: 1, lag: 0 } })
    expect((await verifying()).results).toMatchObject([
      {},
      {},
      { projection: 'refusals', differences: 0 },
      {},
    ])
    expect(
      change(
        (n) => `UPDATE refusals_${n} SET refusals = json_set(refusals, '$.groups[0].count', 1)`,
        'refusals',
      ),
    ).toBe(1)
    expect(await verifying()).toMatchObject({
      status: 1,
      results: [{}, {}, { differences: 1, examples: [{ problem: 'different' }] }, {}],
    })
    expect(await home.output('rebuild', 'refusals')).toMatchObject([{ rebuilt: 'refusals', documents: 1 }])
    expect((await verifying()).status).toBe(0)
  })

  test('that do not exist yet, as in an old folder, are reported, and built beside the next import', async () => {
    await home.importing([message(1), refused])
    home.sql((connection) =>
      connection.exec(`DROP TABLE refusals_1; DELETE FROM read_model.projections WHERE name = 'refusals';
        DELETE FROM read_model.generations WHERE projection = 'refusals'`),
    )
    expect((await home.output('status'))[0]).toMatchObject({ refusals: null })
    expect(await verifying()).toMatchObject({
      status: 0,
      stderr: 'the read model "refusals" is not built yet: the service, an import or `rebuild` builds it\n',
      results: [{ projection: 'profiles' }, { projection: 'imports' }, { projection: 'search' }],
    })
    await home.importing([message(2)])
    expect((await home.output('status'))[0]).toMatchObject({
      refusals: { generation: 1, documents: 1, lag: 0 },
    })
    expect((await verifying()).results).toHaveLength(4)
  })

  test('of another version are rebuilt beside the next import', async () => {
    await home.importing([message(1), refused])
    home.sql((connection) =>
      connection.exec(`UPDATE read_model.generations SET version = '0' WHERE projection = 'refusals'`),
    )
    expect(await verifying()).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('the read model "refusals" was built by another version'),
    })
    await home.importing([message(2)])
    expect((await home.output('status'))[0]).toMatchObject({
      refusals: { generation: 2, documents: 1, lag: 0 },
    })
    expect((await verifying()).results).toHaveLength(4)
  })
})

test('events that the read model has not reached are lag, not a difference', async () => {
  await home.importing(messages(0, 3))
  home.sql((connection) =>
    connection.exec(`
      INSERT INTO events SELECT position + 2, stream, revision + 2, event_id, type, data, metadata, public, personal, message
      FROM events WHERE position > 1`),
  )
  expect((await home.output('status'))[0]).toMatchObject({
    log: { end: '5' },
    profiles: { checkpoint: '3', lag: 2 },
  })
  expect(await verifying()).toMatchObject({
    status: 0,
    results: Array(4).fill({ checkpoint: '3' }),
  })
})

test('an interrupted verify or rebuild says so, and drops what it was building', async () => {
  await home.importing(messages(0, 10_000))
  for (const command of ['verify', 'rebuild']) {
    const running = home.start([command])
    await running.waitForLines(1)
    const { status, stdout, stderr } = await running.kill('SIGINT')
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'error: interrupted\n' })
    expect(parsed(stdout)).toHaveLength(1)
  }
  const [status] = await home.output('status')
  expect(status).toMatchObject({
    profiles: { generation: 2, building: [] },
    imports: { generation: 1, building: [] },
  })
})

test('a killed rebuild leaves the live generation unchanged, and the next one removes its leftovers', async () => {
  await home.importing(messages(0, 10_000))
  const running = home.start(['rebuild'])
  await running.waitForLines(1)
  await running.kill('SIGKILL')
  const [status] = await home.output('status')
  expect(status).toMatchObject({
    profiles: { generation: 2, building: [] },
    imports: { generation: 1, lag: 0 },
  })
  await home.importing(messages(9_990, 10_010))
  expect((await verifying()).status).toBe(0)
  expect(await home.output('rebuild')).toMatchObject([
    { rebuilt: 'profiles', documents: 10_010, differences: 0 },
    { rebuilt: 'imports', documents: 10_020, differences: 0 },
    { rebuilt: 'refusals', documents: 0, differences: 0 },
    { rebuilt: 'search', documents: 10_020, differences: 0 },
  ])
  const [after] = await home.output('status')
  expect(after).toMatchObject({ profiles: { building: [] }, imports: { building: [] } })
})

test('a rebuild runs beside an import, which finds every profile throughout', async () => {
  const importing = home.start(['import', '-'])
  let fed = 0
  const feed = (count: number, from = 0) => {
    fed += count
    importing.feed(...messages(from, from + count))
    return importing.waitForLines(fed)
  }
  await feed(3000)
  const rebuilding = home.start(['rebuild'])
  rebuilding.child.stdin.end()
  let rebuilt = false
  const exited = rebuilding.exited.finally(() => {
    rebuilt = true
  })
  for (let round = 0; !rebuilt; round += 1) await feed(100, round % 2 === 0 ? 2950 : 3000 + 50 * round)
  expect(await exited).toMatchObject({ status: 0, stderr: '' })
  await feed(3000)
  importing.child.stdin.end()
  expect(await importing.exited).toMatchObject({ status: 0, stderr: '' })

  const { status, results } = await verifying()
  expect({ status, results }).toMatchObject({
    status: 0,
    results: [{ generation: 2 }, { generation: 2, documents: fed }, {}, { generation: 2, documents: fed }],
  })
  const emails = new Set(
    home.sql((connection) =>
      connection
        .prepare<[], string>("SELECT json_extract(message, '$.body') FROM events")
        .pluck()
        .all()
        .map((body) => JSON.parse(body).email),
    ),
  )
  expect(results[0]?.documents).toBe(emails.size)
})
