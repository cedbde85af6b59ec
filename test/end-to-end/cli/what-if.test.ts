import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { aServer } from '../../support/eventstoredb/opened.ts'
import { type CliHome, cliHome, openCliHome, parsed } from '../../support/real-processes/cli.ts'

const ann = { account_id: 1, db_id: 1, email: 'ann@example.com' }
const ben = { account_id: 1, db_id: 1, email: 'ben@example.com' }

const databases = (type: string) =>
  JSON.stringify({
    databases: [
      { account_id: 1, db_id: 1, fields: { bonus: { type } } },
      { account_id: 1, db_id: 2 },
    ],
  })

let home: CliHome
let annId: string
let benId: string
let times: ReadonlyArray<string>
beforeAll(async () => {
  home = openCliHome()
  home.write('string.json', databases('string'))
  home.write('int.json', databases('int'))
  home.write('main.json', JSON.stringify({ DATABASES_FILE: 'string.json' }))
  const replies = await home.importing([
    { ...ann, data: { email: 'ann@example.com', _city: 'Lund' } },
    { ...ann, data: { bonus: 'five' } },
    { ...ann, data: { bonus: 7 } },
  ])
  // Each at a time of its own.
  const more = await home.importing([
    { ...ben, data: { email: 'ben@example.com', bonus: 'six' } },
    { ...ben, data: { _city: 'Lund' } },
    { ...ben, data: { _city: 'Malmö' } },
    { ...ann, db_id: 2, data: { email: 'ann@example.com', bonus: 'other' } },
    'not JSON',
  ])
  annId = String(replies[0]?.profile_id)
  benId = String(more[0]?.profile_id)
  times = (await home.output('events')).map(({ time }) => String(time))
})
afterAll(() => home.remove())

const toInt = ['what-if', '--databases', 'int.json']

const changeOf = (verdict: string, code = 0) => ({ verdict, code })

describe('a field from string to int', () => {
  test('tells which outcomes and profiles would differ', async () => {
    const [result] = await home.output(...toInt)
    expect(result).toMatchObject({ imports: 8, repetitions: 0, unreadable: 0, truncated: 0 })
    const { outcomes, profiles } = result as { outcomes: JsonObject; profiles: JsonObject }
    expect(outcomes.differ).toBe(5)
    expect(new Set(outcomes.transitions as ReadonlyArray<unknown>)).toEqual(
      new Set([
        { from: changeOf('updated'), to: changeOf('rejected', 400), count: 1 },
        { from: changeOf('rejected', 400), to: changeOf('updated'), count: 1 },
        { from: changeOf('created'), to: changeOf('rejected', 400), count: 1 },
        // Ben is created by another message, and so has another id.
        { from: changeOf('updated'), to: changeOf('created'), count: 1 },
        { from: changeOf('updated'), to: changeOf('updated'), count: 1 },
      ]),
    )
    expect(profiles).toEqual({ differ: 1, only_recorded: 1, only_rehearsed: 1 })
  })

  test('--out has every difference, for its owner only', async () => {
    const { status } = await home.run([...toInt, '--out', 'differences.ndjson'])
    expect(status).toBe(0)
    const path = join(home.folder, 'differences.ndjson')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const lines = parsed(readFileSync(path, 'utf8'))
    const outcomes = lines.filter(({ difference }) => difference === 'outcome')
    expect(outcomes).toHaveLength(5)
    expect(outcomes[2]).toMatchObject({
      position: '4',
      recorded: { stream: 'profiles-1.1', verdict: 'created', code: 0, profile_id: benId },
      rehearsed: { verdict: 'rejected', code: 400, reasons: [{ tag: 'BadMember' }] },
    })
    const profiles = lines.filter(({ difference }) => difference === 'profile')
    expect(profiles.map((line) => line.in).sort()).toEqual(['both', 'recorded', 'rehearsed'])
    expect(profiles).toContainEqual({
      difference: 'profile',
      account_id: 1,
      db_id: 1,
      profile_id: annId,
      in: 'both',
      fields: [{ field: 'bonus', recorded: 'five', rehearsed: 7 }],
      subscriptions: [],
    })
    expect(profiles.find((line) => line.in === 'recorded')).toMatchObject({
      profile_id: benId,
      fields: [
        { field: 'email', recorded: 'ben@example.com' },
        { field: 'bonus', recorded: 'six' },
        { field: '_city', recorded: 'Malmö' },
      ],
    })
  })

  test('--since begins with the recorded state', async () => {
    const [result] = await home.output(...toInt, '--since', times[4] ?? '')
    // Ann and Ben are as they were recorded, whatever their bonus.
    const since = times.findIndex((time) => time >= (times[4] ?? ''))
    expect(result).toMatchObject({
      imports: 8 - since,
      outcomes: { differ: since > 3 ? 0 : 3 },
    })
    const [none] = await home.output(...toInt, '--since', '2100-01-01')
    expect(none).toMatchObject({
      imports: 0,
      outcomes: { differ: 0 },
      profiles: { differ: 0, only_recorded: 0, only_rehearsed: 0 },
    })
  })

  test('--account and --db choose the messages', async () => {
    const [other] = await home.output(...toInt, '--account', '1', '--db', '2')
    expect(other).toMatchObject({ imports: 1, outcomes: { differ: 0 } })
    expect((await home.output(...toInt, '--account', '1'))[0]).toMatchObject({ imports: 7 })
    expect((await home.output(...toInt, '--account', '2'))[0]).toMatchObject({ imports: 0 })
  })
})

/** Every file of a folder, with its content. */
const contentOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')])

/** What is left of a scratch copy in TMPDIR. */
const scratchIn = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith('profile-importer-'))

test('the present rules change nothing, and nothing but --out is written', async () => {
  home.write('same.json', '{}')
  mkdirSync(join(home.folder, 'tmp'))
  const before = contentOf(home.data)
  const { stdout } = await home.run(['what-if', '--rules', 'same.json'], {
    env: { TMPDIR: join(home.folder, 'tmp') },
  })
  expect(parsed(stdout)[0]).toMatchObject({
    imports: 8,
    outcomes: { differ: 0, transitions: [] },
    profiles: { differ: 0, only_recorded: 0, only_rehearsed: 0 },
  })
  expect(contentOf(home.data)).toEqual(before)
  expect(scratchIn(join(home.folder, 'tmp'))).toEqual([])
})

test('reads a log on EventStoreDB as well', async () => {
  const server = await aServer()
  const other = cliHome()
  other.write('string.json', databases('string'))
  other.write('int.json', databases('int'))
  const env = { EVENTSTORE_URL: server.url, DATABASES_FILE: 'string.json' }
  await other.importing([{ ...ann, data: { email: 'ann@example.com', bonus: 'five' } }], env)
  await other.importing([{ ...ann, data: { _city: 'Lund' } }], env)
  const written = server.log.all.length
  const asked = async (...args: ReadonlyArray<string>) => {
    const { status, stdout, stderr } = await other.run([...toInt, ...args], { env })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return parsed(stdout)[0]
  }
  expect(await asked()).toMatchObject({
    imports: 2,
    outcomes: { differ: 2 },
    profiles: { differ: 0, only_recorded: 1, only_rehearsed: 1 },
  })
  const second = (await other.run(['events'], { env })).stdout
  expect(await asked('--since', String(parsed(second)[1]?.time))).toMatchObject({
    imports: 1,
    outcomes: { differ: 0 },
  })
  expect(server.log.all).toHaveLength(written)
})

test('rules replace the present ones, and null is the default', async () => {
  home.write('rules.json', '{"MAX_MESSAGE_BYTES": 100}')
  const env = { MAX_MESSAGE_BYTES: '131071' }
  const { stdout } = await home.run(['what-if', '--rules', 'rules.json'], { env })
  expect(parsed(stdout)[0]).toMatchObject({
    outcomes: {
      transitions: expect.arrayContaining([
        { from: changeOf('created'), to: changeOf('rejected', 413), count: 3 },
      ]),
    },
  })
  home.write('default.json', '{"MAX_MESSAGE_BYTES": null}')
  const reset = await home.run(['what-if', '--rules', 'default.json'], { env: { MAX_MESSAGE_BYTES: '100' } })
  expect(parsed(reset.stdout)[0]).toMatchObject({ outcomes: { differ: 0 } })
})

test('an interrupted comparison leaves nothing', async () => {
  const large = cliHome()
  large.write('int.json', databases('int'))
  await large.importing(Array.from({ length: 20_000 }, (_, i) => ({ ...ann, data: { _city: `city ${i}` } })))
  const tmp = join(large.folder, 'tmp')
  mkdirSync(tmp)
  const running = large.start([...toInt, '--out', 'out.ndjson'], { TMPDIR: tmp })
  await expect.poll(() => scratchIn(tmp), { timeout: 60_000, interval: 5 }).toHaveLength(1)
  const { status, stdout, stderr } = await running.kill('SIGINT')
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: 'error: interrupted\n' })
  expect(scratchIn(tmp)).toEqual([])
  expect(readdirSync(large.folder).filter((name) => name.startsWith('out'))).toEqual([])
})

describe('wrong usage', () => {
  test.each([
    ['{"BATCH_SIZE": 1}', 'BATCH_SIZE: does not affect outcomes'],
    ['{"DATABASES_FILE": "int.json"}', 'DATABASES_FILE: give this file with --databases'],
    ['{"MAX_FIELD": 1}', 'MAX_FIELD: is not a setting; did you mean MAX_FIELDS?'],
    ['{"MAX_FIELDS": "many"}', 'MAX_FIELDS: must be a whole number'],
    ['[]', 'must be a JSON object'],
    ['{', 'must be JSON'],
  ])('rules %s are refused', async (content, mistake) => {
    home.write('wrong.json', content)
    const { status, stdout, stderr } = await home.run(['what-if', '--rules', 'wrong.json'])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(`error: --rules: wrong.json: ${mistake}`)
  })

  test('a mistake in the databases names the option', async () => {
    home.write('broken.json', databases('number'))
    const { status, stderr } = await home.run(['what-if', '--databases', 'broken.json'])
    expect(status).toBe(2)
    expect(stderr).toMatch(/^error: --databases: broken\.json: databases\[0\]/)
  })

  test('neither rules nor databases', async () => {
    expect(await home.run(['what-if'])).toMatchObject({
      status: 2,
      stderr: 'error: give --rules, --databases or both\n',
    })
  })

  test('an existing file is not overwritten', async () => {
    home.write('kept.txt', 'kept')
    const { status, stderr } = await home.run([...toInt, '--out', 'kept.txt'])
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'error: --out: kept.txt: exists already, and is not overwritten\n',
    })
    expect(readFileSync(join(home.folder, 'kept.txt'), 'utf8')).toBe('kept')
    expect(existsSync(join(home.folder, 'missing'))).toBe(false)
    const missing = await home.run([...toInt, '--out', 'missing/out.ndjson'])
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining('--out: ') })
  })
})
