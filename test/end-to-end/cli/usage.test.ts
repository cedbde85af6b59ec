import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settingNames } from '../../../infrastructure/config/settings.ts'
import {
  type CliHome,
  cliHome,
  linesOf,
  openCliHome,
  parsed,
  shell,
  shellCommand,
} from '../../support/real-processes/cli.ts'

let home: CliHome
beforeAll(() => {
  home = openCliHome()
  home.write('package.json', '{"version": "of something else"}')
})
afterAll(() => home.remove())

const commands = {
  serve: ['--replies-from', 'beginning', 'end'],
  import: ['[file]', '--resume'],
  send: ['[file]', '--message-id-from'],
  profile: ['<id>', '--at', '--revision', '--changes', '--sources', '--since', '--until'],
  find: [
    ...['--account', '--db', '--matching', '--email', '--phone', '--profile-id', '--field-name'],
    ...['--field-value', '--resource-id', '--provider', '--subscription-id', 'email_phone_sub'],
  ],
  history: ['--profile', '--feedback-id', '--import'],
  explain: ['--import', '--json'],
  search: ['--email', '--phone', '--custom', '--push', '--limit', '--cursor'],
  evidence: ['--profile', '--import', '--to'],
  refusals: ['--group-by', '--since', '--until', '--group'],
  events: ['--after', '--follow'],
  replay: [
    ...['--import', '--code', '--since', '--group', '--email', '--applied'],
    ...['--set', '--unset', '--overwrite', '--dry-run'],
  ],
  'what-if': ['--rules', '--databases', '--account', '--db', '--since', '--out', 'MAX_FIELDS', 'TMPDIR'],
  rebuild: ['[name]', 'profiles', 'imports'],
  verify: [],
  status: [],
  'check-config': ['--connect'],
  'install-projections': ['EVENTSTORE_URL'],
  backup: ['<dir>'],
  restore: ['<dir>', '--replace'],
  copy: ['--from', 'EVENTSTORE_URL'],
}

describe('--help', () => {
  test('of the program names every command and every setting', async () => {
    const { status, stdout, stderr } = await home.run(['--help'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const name of [...Object.keys(commands), ...settingNames]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    }
  })

  test.each(Object.entries(commands))('of %s names every option', async (command, options) => {
    const { status, stdout, stderr } = await home.run([command, '--help'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const option of [...options, '--data', '--config']) expect(stdout).toContain(option)
  })

  test('ends quietly for a reader that stops reading', () => {
    const { stderr } = shell(home, `{ ${shellCommand('--help')}; echo "exit $?" >&2; } | true`)
    expect(stderr).toBe('exit 0\n')
  })
})

test('--version is that of the package', async () => {
  const { version } = createRequire(import.meta.url)('../../../package.json')
  expect(await home.run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
})

const someId = '0123456789abcdef01234567'

test('an error of the engine is told without its text, which may hold personal data', async () => {
  const broken = 'process.stdout.write = () => JSON.parse(process.env.PERSON)'
  const preload = `data:text/javascript,${encodeURIComponent(broken)}`
  const used = cliHome()
  await used.run(['import'], { input: '{}\n' })
  const { status, stderr } = await used.run(['status'], {
    env: { NODE_OPTIONS: `--import=${preload}`, PERSON: 'ann@example.com' },
  })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^error: internal error \(SyntaxError\)\nat JSON\.parse/)
  expect(stderr).not.toContain('ann')
})

test('a command that can never finish exits with an error', async () => {
  // Never drained.
  const preload = `data:text/javascript,${encodeURIComponent('process.stdout.write = () => false')}`
  const used = cliHome()
  await used.run(['import'], { input: '{}\n' })
  expect(await used.run(['status'], { env: { NODE_OPTIONS: `--import=${preload}` } })).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: the command ended before it was finished (internal error)\n',
  })
})

describe('wrong usage exits with 2 and one helpful line', () => {
  test.each([
    [['improt'], "unknown command 'improt'"],
    [['import', '--fast'], "unknown option '--fast'"],
    [['profile'], "missing required argument 'id'"],
    [['profile', someId, someId], 'too many arguments'],
    [
      ['find', '--db', '1', '--email', 'a@example.com'],
      '--account, --db: give both, or neither to search all databases',
    ],
    [['find', '--account', 'x', '--db', '1'], 'Must be a whole number.'],
    [['find', '--account', '1', '--db', '1', '--matching', 'name'], 'Allowed choices are email'],
    [['events', '--after', 'x'], 'Must be POSITION or EPOCH:POSITION'],
    [['history', '--import', someId], 'Must be an import id'],
    [
      ['replay', '--code', '400', '--since', 'yesterday'],
      'Must be a date (midnight UTC) or a time with a zone',
    ],
    [
      ['replay', '--code', '400', '--since', '2026-02-30'],
      'Must be a date (midnight UTC) or a time with a zone',
    ],
    [['replay', '--code', '400', '--since', '2026-01-31T12:00:00'], 'or a time with a zone: 2026-01-31,'],
    [['rebuild', 'replies'], 'Allowed choices are profiles, imports'],
    [['history'], 'give exactly one of --profile, --feedback-id, --import'],
    [['profile', 'x'], 'profile id: must be 24 hex digits'],
    [['replay'], 'say which imports: --import, --group, or conditions as those of `search`'],
    [['status', '--data', 'package.json'], '--data: package.json: is not a folder'],
    [['import', '--data', 'package.json'], '--data: package.json: is not a folder'],
    [['rebuild', '--data', 'package.json'], '--data: package.json: is not a folder'],
    [['rebuild', '--data', 'package.json/data'], '--data: package.json/data: is not a folder'],
    [['send'], 'RABBITMQ_URL: must be set'],
    [['install-projections'], 'EVENTSTORE_URL: must be set'],
    [['copy'], "'--from <dir>'"],
    [['copy', '--from', 'missing'], 'EVENTSTORE_URL: must be set'],
    [['copy', '--from', 'missing', '--to', 'esdb://user:hunter2@host'], "unknown option '--to'"],
    [['copy', '--from', 'missing', '--to=esdb://user:hunter2@host'], "unknown option '--to=esdb://***@host'"],
    [['status', '--config', 'missing.json'], 'missing.json: cannot be read: no such file'],
  ])('%j', async (args, text) => {
    const { status, stdout, stderr } = await home.run(args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(linesOf(stderr)).toHaveLength(1)
    expect(linesOf(stderr)[0]).toMatch(/^error: /)
    expect(linesOf(stderr)[0]).toContain(text)
    expect(existsSync(home.data)).toBe(false)
  })
})

describe('a data folder that cannot be used', () => {
  const given = () => {
    const used = cliHome()
    mkdirSync(join(used.data, 'folder.lock'), { recursive: true })
    return used
  }

  test('does not hide from rebuild that a setting is wrong', async () => {
    expect(await given().run(['rebuild'], { env: { BATCH_SIZE: 'x' } })).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: BATCH_SIZE: must be a whole number from 1 to 10000\n',
    })
  })

  test('is nothing to rebuild if both stores are on servers', async () => {
    const used = given()
    const refused = await used.run(['rebuild'])
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/folder\.lock: must be a regular file/),
    })
    const env = { EVENTSTORE_URL: 'esdb://localhost:1?tls=false', MONGODB_URL: 'mongodb://localhost:1/test' }
    const { status, stderr } = await used.run(['rebuild'], { env })
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^error: EventStoreDB/) })
    expect(readdirSync(used.data)).toEqual(['folder.lock'])
  })

  test('is named by copy if it is a file', async () => {
    const used = cliHome()
    used.write('file', '')
    const env = { EVENTSTORE_URL: 'esdb://localhost:1?tls=false' }
    const { status, stderr } = await used.run(['copy', '--from', 'file'], { env })
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'error: file/events.sqlite: there is no data here yet\n',
    })
  })
})

describe('wrong settings prevent the start, with one line each, without secrets', () => {
  const wrong = {
    EVENTSTORE_URL: 'esdb://user:hunter2@host?colour=red',
    RABBITMQ_URL: 'http://user:hunter2@broker',
    BATCH_SIZE: '0',
    LOG_LEVEL: 'loud',
  }
  const lines = [
    expect.stringMatching(/^error: EVENTSTORE_URL: must be /),
    expect.stringMatching(/^error: RABBITMQ_URL: must be /),
    expect.stringMatching(/^error: BATCH_SIZE: must be /),
    expect.stringMatching(/^error: LOG_LEVEL: must be /),
  ]

  test.each(['import', 'status', 'rebuild'])('in the environment, for %s', async (command) => {
    const { status, stdout, stderr } = await home.run([command], { env: wrong })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(linesOf(stderr)).toEqual(lines)
    expect(stderr).not.toContain('hunter2')
    expect(existsSync(home.data)).toBe(false)
  })

  test('as lines of the log, for serve', async () => {
    const said = async (env: Readonly<Record<string, string>>) => {
      const { status, stdout, stderr } = await home.run(['serve'], { env })
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).not.toContain('hunter2')
      return parsed(stderr).map(({ msg }) => `error: ${msg}`)
    }
    expect(await said(wrong)).toEqual(lines)
    expect(await said({})).toEqual(['error: RABBITMQ_URL: must be set for this command'])
    expect(existsSync(home.data)).toBe(false)
  })

  test.each([
    [['--nonsense'], "unknown option '--nonsense'"],
    [['--roles', 'nonsense'], "option '--roles <list>' argument 'nonsense' is invalid. Allowed are import, "],
  ])('as a line of the log, for options of serve: %j', async (options, text) => {
    const { status, stderr } = await home.run(['serve', ...options])
    expect(status).toBe(2)
    expect(parsed(stderr)).toEqual([
      expect.objectContaining({ level: 60, msg: expect.stringContaining(text) }),
    ])
  })

  test('in a file, and the environment takes precedence', async () => {
    const file = home.write('settings.json', JSON.stringify(wrong))
    const all = await home.run(['status', '--config', file])
    expect(all.status).toBe(2)
    expect(linesOf(all.stderr)).toEqual(lines)

    const env = {
      EVENTSTORE_URL: 'esdb://localhost:1?tls=false',
      RABBITMQ_URL: 'amqp://localhost',
      BATCH_SIZE: '100',
      LOG_LEVEL: 'info',
    }
    const { status, stderr } = await home.run(['status', '--config', file], { env })
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('EventStoreDB') })
  })

  test('in main.json of the working directory', async () => {
    const other = cliHome()
    other.write('main.json', '{"BATCH_SIZE": "many", "hunter2": 1}')
    expect(await other.run(['import'])).toMatchObject({
      status: 2,
      stderr: 'error: BATCH_SIZE: must be a whole number from 1 to 10000\n',
    })
    other.write('main.json', '{"BATCH_SIZE": hunter2')
    expect(await other.run(['import'])).toMatchObject({
      status: 2,
      stderr: 'error: main.json: must be JSON\n',
    })
  })
})
