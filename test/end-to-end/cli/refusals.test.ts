import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliHome, openCliHome } from '../../support/real-processes/cli.ts'

const base = { account_id: 1, db_id: 1, email: 'ann@example.com', data: {} }

let home: CliHome
/** On which the messages were imported. */
let today: string
beforeAll(async () => {
  home = openCliHome()
  await home.importing([
    { ...base, data: { _fname: 7 } },
    { ...base, db_id: 2, data: { _fname: 8 } },
    { ...base, data: { _bdate: 'soon' } },
    { ...base, update_only: true },
    { ...base, account_id: 'x' },
    base,
  ])
  const [event] = await home.output('events')
  today = String(event?.time).slice(0, 10)
})
afterAll(() => home.remove())

const refusals = (...args: ReadonlyArray<string>) => home.output('refusals', ...args)
const failure = async (...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = await home.run(['refusals', ...args])
  expect(stdout).toBe('')
  return { status, stderr }
}

describe('refusals', () => {
  test('are grouped by reason and member, the largest groups first', async () => {
    const groups = await refusals()
    expect(groups).toHaveLength(4)
    expect(groups[0]).toMatchObject({
      codes: [400],
      reason: 'BadMember',
      member: 'data._fname',
      count: 2,
      first: expect.stringMatching(today),
      last: expect.stringMatching(/Z$/),
      example: expect.any(String),
    })
    const others = groups.slice(1).map(({ codes, reason, member, count }) => [codes, reason, member, count])
    expect(others).toEqual(
      expect.arrayContaining([
        [[400], 'BadMember', 'data._bdate', 1],
        [[404], 'ProfileNotFound', null, 1],
        [[400], 'BadMember', 'account_id', 1],
      ]),
    )
  })

  test('by account: those without a readable one have none', async () => {
    const groups = await refusals('--group-by', 'reason,account')
    expect(groups.map(({ reason, account, count }) => [reason, account, count])).toEqual(
      expect.arrayContaining([
        ['BadMember', 1, 3],
        ['BadMember', null, 1],
        ['ProfileNotFound', 1, 1],
      ]),
    )
    const [largest] = await refusals('--group-by', 'db')
    expect(largest).toMatchObject({ codes: [400, 404], db: 1, count: 3 })
  })

  test('of a group are printed as history does', async () => {
    for (const groupBy of ['reason,member', 'account,db', 'reason,member,account,db,app_id']) {
      for (const group of await refusals('--group-by', groupBy)) {
        const lines = await refusals('--group', String(group.group))
        expect(lines).toHaveLength(Number(group.count))
        expect(lines.map(({ import_id }) => import_id)).toContain(group.example)
        expect(await home.output('history', '--import', String(lines[0]?.import_id))).toEqual([lines[0]])
      }
    }
  })

  test('of some days', async () => {
    expect(await refusals('--since', today)).toHaveLength(4)
    expect(await refusals('--until', '2026-01-01')).toEqual([])
    const [group] = await refusals('--since', '2026-01-01')
    expect(await refusals('--group', String(group?.group))).toHaveLength(2)
  })

  test.each<[args: ReadonlyArray<string>, error: string]>([
    [['--group-by', 'name'], 'Allowed are reason, member, account, db, app_id.'],
    [['--since', '2026-02-30'], 'Must be a day, such as 2026-01-31.'],
    [['--since', '2026-01-01T00:00:00Z'], 'Must be a day, such as 2026-01-31.'],
    [['--group', 'x'], 'Must be a group as printed by `refusals`.'],
    [['--group', 'e30', '--since', '2026-01-01'], 'Must be a group as printed by `refusals`.'],
  ])('%j is refused', async (wrong, error) => {
    const { status, stderr } = await failure(...wrong)
    expect(status).toBe(2)
    expect(stderr).toContain(error)
  })
})
