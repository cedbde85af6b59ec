import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliHome, cliHome, linesOf, openCliHome } from '../../support/real-processes/cli.ts'

const ann = { account_id: 1, db_id: 1, email: 'ann@example.com' }

/** feedback_id of each message. */
const messages = [
  {
    ...ann,
    feedback_id: 'created',
    data: { email: 'ann@example.com', plan: 'free', phones: ['+4930123456'] },
  },
  { ...ann, feedback_id: 'moved', data: { email: 'ann@new.example' } },
  { ...ann, email: 'ann@new.example', feedback_id: 'later', data: { plan: 'gold' } },
  { ...ann, feedback_id: 'refused', update_only: true, data: {} },
  { ...ann, db_id: 2, feedback_id: 'elsewhere', data: { email: 'ANN@example.com' } },
  {
    ...ann,
    feedback_id: 'subscribed',
    matching: 'email_sub',
    resource_id: 5,
    data: { subscriptions: [{ channel: 'push', resource_id: 5, provider: 'fcm', subscription_id: 'a:1' }] },
  },
  {
    ...ann,
    db_id: 3,
    email: 'odd@example.com',
    feedback_id: 'odd',
    data: {
      ...{ 'a=b': 'v=w', f: 1.5 },
      subscriptions: [{ channel: 'push', resource_id: 5, provider: 'ap:ns', subscription_id: '1' }],
    },
  },
  { ...ann, account_id: 'x', email: 'zoe@example.com', feedback_id: 'unreadable account', data: {} },
]

let home: CliHome
let profile: string
beforeAll(async () => {
  home = openCliHome()
  const replies = await home.importing(messages)
  profile = String(replies[0]?.profile_id)
})
afterAll(() => home.remove())

const searched = async (...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = await home.run(['search', ...args])
  return { status, stderr, found: linesOf(stdout).map((line) => JSON.parse(line)) }
}
const found = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const { status, stderr, found } = await searched(...args)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return found.map(({ feedback_id }) => feedback_id)
}

test('find without a database finds a person in all of them, also under former contacts', async () => {
  const held = async (...args: ReadonlyArray<string>) =>
    (await home.output('find', ...args)).map(({ db_id, former }) => [db_id, former]).sort()
  expect(await held('--email', 'ANN@example.com')).toEqual([
    [1, false],
    [1, true],
    [2, false],
  ])
  expect(await held('--email', 'ann@new.example')).toEqual([[1, false]])
  expect(await held('--field-name', 'plan', '--field-value', 'free')).toEqual([[1, true]])
  const { status, stderr } = await home.run(['find', '--email', 'nobody@example.com'])
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'error: no profile has, or ever had, this contact\n',
  })
  for (const args of [[], ['--email', 'x'], ['--profile-id', profile], ['--db', '1', '--email', 'a@x.org']])
    expect((await home.run(['find', ...args])).status).toBe(2)
})

describe('search', () => {
  test('prints the newest imports first, as history does', async () => {
    const { found: lines } = await searched('--profile', profile)
    expect(lines).toEqual((await home.output('history', '--profile', profile)).toReversed())
    expect(lines).toHaveLength(3)
  })

  test.each([
    ['--email', 'ann@example.com', ['subscribed', 'elsewhere', 'refused', 'later', 'moved', 'created']],
    ['--email', 'Ann@NEW.example', ['later', 'moved', 'created']],
    ['--phone', '+49 30 123456', ['later', 'moved', 'created']],
    ['--custom', 'plan=gold', ['later', 'moved', 'created']],
    ['--push', 'fcm:a:1', ['subscribed']],
    ['--email', 'zoe@example.com', ['unreadable account']],
    ['--custom', 'a=b=v=w', ['odd']],
    ['--push', 'ap:ns:1', ['odd']],
    ['--custom', 'f=1.50', ['odd']],
    ['--feedback-id', 'later', ['later']],
    ['--account', '1', ['odd', 'subscribed', 'elsewhere', 'refused', 'later', 'moved', 'created']],
    ['--db', '2', ['elsewhere']],
    ['--code', '404', ['refused']],
    ['--reason', 'ProfileNotFound', ['refused']],
    ['--verdict', 'updated', ['later', 'moved']],
    ['--field', 'plan', ['later', 'created']],
  ])('finds by %s %s', async (option, value, expected) => {
    const feedbackIds = await found(option, value)
    expect(feedbackIds.filter((id) => id !== 'elsewhere')).toEqual(
      expected.filter((id) => id !== 'elsewhere'),
    )
    // Databases are independent: their order is not certain.
    expect(feedbackIds.toSorted()).toEqual(expected.toSorted())
  })

  test('finds what meets all conditions', async () => {
    expect(await found('--email', 'ann@new.example', '--field', 'plan', '--code', '0')).toEqual([
      'later',
      'created',
    ])
    const { status, stderr } = await searched('--db', '2', '--code', '404')
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'error: no imports found\n' })
  })

  test('finds an import, its repetitions and its replays', async () => {
    const [{ import_id }] = (await searched('--feedback-id', 'refused')).found
    expect(await found('--import', import_id)).toEqual(['refused'])
    expect((await home.run(['replay', '--import', import_id])).status).toBe(0)
    const { found: replayed } = await searched('--import', import_id)
    expect(replayed.map(({ replay_of }) => replay_of)).toEqual([import_id, undefined])
    expect((await searched('--import', import_id, '--verdict', 'created')).status).toBe(1)
  })

  test('goes on after a page', async () => {
    const all = (await searched()).found
    const pages: Array<unknown> = []
    let cursor: ReadonlyArray<string> = []
    for (;;) {
      const page = await searched('--limit', '3', ...cursor)
      pages.push(...page.found)
      const [next] = /--cursor \S+/.exec(page.stderr) ?? []
      if (next === undefined) break
      cursor = next.split(' ')
    }
    expect(pages).toEqual(all)
  })

  test('knows the first and the last moment of a range', async () => {
    const [{ time }] = (await searched('--feedback-id', 'elsewhere')).found
    const until = new Date(Date.parse(time) + 1).toISOString()
    expect(await found('--db', '2', '--since', time, '--until', until)).toEqual(['elsewhere'])
    expect((await searched('--db', '2', '--until', time)).status).toBe(1)
    expect((await searched('--db', '2', '--since', until)).status).toBe(1)
  })

  test.each([
    ['--email', 'nobody', /--email.*Must be an email address/],
    ['--phone', '123', /--phone: must be a phone number with a country code \(DEFAULT_COUNTRY is not set\)/],
    ['--custom', 'plan', /--custom.*Must be NAME=VALUE/],
    ['--push', 'fcm', /--push.*Must be PROVIDER:ID/],
    ['--reason', 'Nothing', /--reason.*Allowed choices are/],
    ['--limit', '0', /--limit.*Must be at least 1/],
    ['--cursor', 'x', /--cursor.*Must be a cursor/],
    ['--profile', 'x', /--profile.*24 hex digits/],
  ])('refuses %s %s', async (option, value, error) => {
    const { status, stderr } = await searched(option, value)
    expect(status).toBe(2)
    expect(stderr).toMatch(error)
  })

  test.each([
    ['--code', '400', '404'],
    ['--email', 'a@x.org', 'b@x.org'],
    ['--reason', 'NotJson', 'NotUtf8'],
    ['--field', 'a', 'b'],
    ['--since', '2026-01-01', '2026-01-02'],
  ])('refuses %s twice', async (option, ...values) => {
    const { status, stderr } = await searched(...values.flatMap((value) => [option, value]))
    expect(status).toBe(2)
    expect(stderr).toMatch(/Must be given once/)
  })

  test('says that a data folder has no search index yet', async () => {
    const old = cliHome()
    await old.importing(messages)
    old.sql((connection) =>
      connection.exec(`DELETE FROM read_model.projections WHERE name = 'search';
        DELETE FROM read_model.generations WHERE projection = 'search';
        DROP TABLE read_model.search_1; DROP TABLE read_model.search_terms_1; DROP TABLE read_model.search_times_1`),
    )
    for (const args of [['search'], ['find', '--email', 'ann@example.com']])
      expect(await old.run(args)).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^error: the read model "search" is not built yet: .*\n$/),
      })
    await old.output('rebuild', 'search')
    expect((await old.run(['search'])).status).toBe(0)
  })
})
