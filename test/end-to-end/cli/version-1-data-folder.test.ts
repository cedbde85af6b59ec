import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, openCliHome, parsed } from '../../support/real-processes/cli.ts'
import { restoreDataFolder } from '../../support/sqlite/restore-data-folder.ts'

let home: CliHome
beforeEach(() => {
  home = openCliHome()
  restoreDataFolder('data-folder-version-1', home.data)
})
afterEach(() => home.remove())

const events = 22
const profiles = 6

const message = (members: JsonObject): JsonObject => ({ account_id: 1, db_id: 1, data: {}, ...members })
const find = (email: string) => home.output('find', '--account', '1', '--db', '1', '--email', email)
const verdicts = async (...question: ReadonlyArray<string>) =>
  (await home.output('history', ...question)).map(({ verdict }) => verdict)

/** What version 1 wrote, byte for byte. */
const stored = () =>
  home.sql((connection) => ({
    events: connection
      .prepare(
        `SELECT position, stream, revision, event_id, type, data, metadata FROM events WHERE position <= ${events}`,
      )
      .all(),
    secrets: connection.prepare('SELECT name, hex(secret) FROM secrets').all(),
  }))
const formatOf = (): unknown =>
  home.sql((connection) => connection.pragma('main.user_version', { simple: true }))

/** The import taken from the queue with the `message_id` m-1, and repeated. */
const queued = async (): Promise<string> => {
  const all = await home.output('events')
  const repetition = all.find(({ type }) => type === 'ImportRepeated')?.public as JsonObject
  return String(repetition.first_import_id)
}

test('a data folder of version 1 can be read, and stays unchanged', async () => {
  const before = stored()
  expect(formatOf()).toBe(1)
  expect(before.secrets).toHaveLength(1)
  expect(await home.output('status')).toMatchObject([
    {
      log: { end: String(events) },
      imports: { generation: 1, version: '2', checkpoint: String(events), lag: 0, documents: events },
      unreadable: { events: 0 },
    },
  ])
  const all = await home.output('events')
  expect(all).toHaveLength(events)
  for (const event of all) expect(event.public).toMatchObject({ schema_version: 2, recorded_version: 1 })
  expect(await verdicts('--feedback-id', 'kim')).toEqual(['rejected', 'unchanged'])
  expect(await verdicts('--import', await queued())).toEqual(['updated', 'duplicate'])
  expect(formatOf()).toBe(2)
  expect(stored()).toEqual(before)

  const { status, stderr } = await home.run(['verify'])
  expect(status).toBe(1)
  expect(stderr).toContain('the read model "profiles" was built by another version')
})

test('an import continues on rebuilt read models, and adds current events to the old ones', async () => {
  const before = stored()
  expect(await home.importing([])).toEqual([])
  const [ann] = await find('ann@example.com')
  expect(ann).toMatchObject({
    fields: { _fname: 'Ann', segments: ['gold '], home: { city: 'Bonn', zip: 1 } },
  })
  const visits = Object(ann?.fields).visits
  const replies = await home.importing([
    message({
      email: 'Ann@example.com',
      data: {
        visits: { action: 'incr', value: 1 },
        segments: { action: 'add', value: ['vip'] },
        home: { action: 'upsert', submatch: 'city', value: 'Ulm' },
      },
    }),
    message({ email: 'LEE@bücher.example', data: { _lname: null } }),
    message({
      ...{ matching: 'push_sub', resource_id: 30, provider: 'apns', subscription_id: 'token-1' },
      data: { subscriptions: null },
    }),
    message({ email: 'somebody@example.com' }),
  ])
  expect(replies).toMatchObject([
    { error: 0, profile_id: ann?.profile_id },
    { error: 0 },
    { error: 0 },
    { error: 0 },
  ])
  const added = (await home.output('events', '--after', String(events))).map(
    ({ type, personal }) => [type, personal] as const,
  )
  expect(added).toMatchObject([
    [
      'ProfileUpdated',
      {
        salt: expect.stringMatching(/^[\w-]{22}$/),
        changes: [
          { field: 'visits', was: visits, value: visits + 1 },
          { field: 'segments', action: 'add', items: ['vip'] },
          { field: 'home', action: 'upsert', replaced: ['Bonn'] },
        ],
      },
    ],
    ['ProfileUpdated', { changes: [{ action: 'unset', field: '_lname', was: "O'Hara; --" }] }],
    ['ProfileUpdated', { subscriptions: [{ action: 'remove', was: { channel: 'push', status: 1 } }] }],
    ['ProfileCreated', {}],
  ])

  expect(stored()).toEqual(before)
  home.sql((connection) => {
    const forms = connection.prepare(
      `SELECT position > ${events} AS is_new, data = '' AS is_of_parts, count(*) AS n FROM events
      GROUP BY 1, 2, public IS NULL, personal IS NULL, message IS NULL ORDER BY 1`,
    )
    expect(forms.all()).toEqual([
      { is_new: 0, is_of_parts: 0, n: events },
      { is_new: 1, is_of_parts: 1, n: replies.length },
    ])
    expect(connection.prepare('SELECT count(*) FROM log_identity').pluck().get()).toBe(1)
  })

  const after = events + replies.length
  expect(await home.output('status')).toMatchObject([
    {
      profiles: { generation: 2, checkpoint: String(after), lag: 0, documents: profiles + 1, building: [] },
      imports: { generation: 2, version: '3', lag: 0, documents: after, building: [] },
    },
  ])
  const { status, stdout } = await home.run(['verify'])
  expect({ status, verified: parsed(stdout) }).toMatchObject({
    status: 0,
    verified: [
      { documents: profiles + 1, differences: 0 },
      { documents: after, differences: 0 },
      { projection: 'refusals', differences: 0 },
      { projection: 'search', documents: after, differences: 0 },
    ],
  })
  expect(await verdicts('--import', await queued())).toEqual(['updated', 'duplicate'])
})

test('rebuild works, and its refusals can be replayed', async () => {
  expect(await home.output('rebuild')).toMatchObject([
    { rebuilt: 'profiles', documents: profiles, differences: 0 },
    { rebuilt: 'imports', documents: events, differences: 0 },
    { rebuilt: 'refusals', differences: 0 },
    { rebuilt: 'search', documents: events, differences: 0 },
  ])
  expect((await home.run(['verify'])).status).toBe(0)
  // One refusal was replayed through the queue, and one in the folder.
  expect((await home.run(['replay', '--code', '409'])).stderr).toContain('1 message skipped: replayed before')
  const replayed = await home.run(['replay', '--code', '404'])
  expect(replayed.stderr).toContain('1 message skipped: replayed before')
  const [again] = parsed((await home.run(['replay', '--code', '400'])).stdout)
  expect(again).toMatchObject({ error: 400 })
})
