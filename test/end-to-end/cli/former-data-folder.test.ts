import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, linesOf, openCliHome, parsed } from '../../support/real-processes/cli.ts'
import { restoreDataFolder } from '../../support/sqlite/restore-data-folder.ts'

/** Profiles in the folder, created by version 0.1. */
const ann = 'ea42bc04e5d75126b3eb4e2d'
const lee = '5764c87f72ec547ca11687ea'
const kim = 'c8d8a455b6105c65bd5da799'
const phone = 'bb1692195d4e5acdb78c6bd5'
/** Taken from the queue with the `message_id` m-1; sent again, and once more with another body. */
const queued = '06190fcd-0090-5960-9a2f-2b74fa0119e7'
/** Refused with 404, and replayed. */
const refused = 'b8b76366-9dac-53c0-be86-61c153f17ee9'
const events = 16

let home: CliHome
beforeEach(() => {
  home = openCliHome()
  restoreDataFolder('data-folder-0.1', home.data)
})
afterEach(() => home.remove())

const status = async () => (await home.output('status'))[0] ?? {}
const verdicts = async (...question: ReadonlyArray<string>) =>
  (await home.output('history', ...question)).map(({ verdict }) => verdict)
const tables = () =>
  home.sql((connection) =>
    connection
      .prepare("SELECT name FROM read_model.sqlite_schema WHERE name LIKE 'imports%' AND type = 'table'")
      .pluck()
      .all(),
  )
const message = (members: JsonObject): JsonObject => ({ account_id: 1, db_id: 1, data: {}, ...members })

test('a data folder of version 0.1 can be read unchanged', async () => {
  expect(await status()).toMatchObject({
    log: { end: String(events) },
    imports: { generation: 1, version: '1', checkpoint: String(events), lag: 0, documents: events },
  })
  expect(await home.output('events')).toHaveLength(events)
  expect(await verdicts('--feedback-id', 'idn')).toEqual(['created'])
  expect(await verdicts('--profile', ann)).toEqual(['created', 'updated', 'updated', 'duplicate', 'updated'])
  expect(await verdicts('--import', queued)).toEqual(['updated', 'duplicate'])
  expect(await verdicts('--import', refused)).toEqual(['rejected', 'unchanged'])
  expect(tables()).toEqual(['imports_1'])

  const { status: exit, stderr } = await home.run(['verify'])
  expect(exit).toBe(1)
  expect(stderr).toContain('was built by another version')
})

test('an import rebuilds what has changed, and continues', async () => {
  const replies = await home.importing([
    message({ email: 'LEE@bücher.example', data: { visits: { action: 'incr', value: 1 } } }),
    message({ matching: 'phone', phone: '+79000000000', data: { _fname: 'Pat' } }),
    message({ matching: 'email_sub', resource_id: 24, email: 'ann@example.com', update_only: true }),
    message({ email: 'new@example.com' }),
  ])
  expect(replies.slice(0, 3).map(({ error, profile_id }) => [error, profile_id])).toEqual([
    [0, lee],
    [0, phone],
    [0, ann],
  ])
  expect(replies[3]).toMatchObject({ error: 0, profile_id: expect.stringMatching(/^[0-9a-f]{24}$/) })

  const after = events + replies.length
  expect(await status()).toMatchObject({
    profiles: { checkpoint: String(after), lag: 0, documents: 8, building: [] },
    imports: { generation: 2, version: '3', lag: 0, documents: after, building: [] },
  })
  expect(tables()).toEqual(['imports_2'])
  const { status: exit, stdout } = await home.run(['verify'])
  expect({ exit, verified: parsed(stdout) }).toMatchObject({
    exit: 0,
    verified: [
      { documents: 8, differences: 0 },
      { documents: after, differences: 0 },
      { documents: 2, differences: 0 },
      { documents: after, differences: 0 },
    ],
  })

  expect(await home.output('profile', lee)).toMatchObject([{ fields: { home: { city: 'Köln' }, visits: 1 } }])
  const found = await home.output('find', '--account', '1', '--db', '1', '--email', 'lee@bücher.example')
  expect(found).toMatchObject([{ profile_id: lee }])
  expect(await verdicts('--profile', lee)).toEqual(['created', 'updated'])
  expect(await verdicts('--import', queued)).toEqual(['updated', 'duplicate'])
  expect(await home.output('profile', ann)).toMatchObject([
    {
      fields: { visits: 25, _regdate: '2026-01-31' },
      subscriptions: [{ resource_id: 24 }, { resource_id: 25 }],
    },
  ])
})

test('profiles of version 0.1 get keys by the current rules', async () => {
  await home.output('rebuild')
  const find = (...by: ReadonlyArray<string>) => home.output('find', '--account', '1', '--db', '1', ...by)
  expect(await find('--email', 'Lee@xn--bcher-kva.example')).toMatchObject([{ profile_id: lee }])
  for (const tag of ['gold', 'gold ', ' gold'])
    expect(
      await find('--matching', 'custom', '--field-name', 'segments', '--field-value', tag),
    ).toMatchObject([{ fields: { segments: expect.arrayContaining(['gold ']) } }])
})

test('rebuild works, and its refusals can be replayed', async () => {
  expect(await home.output('rebuild')).toMatchObject([
    { rebuilt: 'profiles', documents: 7, differences: 0 },
    { rebuilt: 'imports', documents: events, differences: 0 },
    { rebuilt: 'refusals', documents: 2, differences: 0 },
    { rebuilt: 'search', documents: events, differences: 0 },
  ])
  expect((await home.run(['verify'])).status).toBe(0)
  expect(
    await home.output('find', '--account', '1', '--db', '1', '--email', 'kim@example.com'),
  ).toMatchObject([{ profile_id: kim }])
  const replayed = await home.run(['replay', '--code', '409'])
  expect({ status: replayed.status, said: linesOf(replayed.stderr) }).toEqual({
    status: 0,
    said: ['1 replayed'],
  })
  expect(parsed(replayed.stdout)).toMatchObject([{ error: 0, profile_id: ann }])
  expect((await home.run(['replay', '--code', '404'])).stderr).toContain('1 message skipped: replayed before')
})
