import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CliHome, cliHome, linesOf, ndjson, shell, shellCommand } from '../support/real-processes/cli.ts'

const refused = { account_id: 1, db_id: 1, feedback_id: 'f1' }
const input = ndjson([refused])
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

const pipeIn = (home: CliHome, name: string): string => {
  const path = join(home.folder, name)
  execFileSync('mkfifo', [path])
  return path
}

const folderIn = (home: CliHome, name: string): string => {
  const path = join(home.folder, name)
  mkdirSync(path)
  return path
}

const kinds: ReadonlyArray<[string, (home: CliHome, name: string) => string]> = [
  ['a pipe', pipeIn],
  ['a device', () => '/dev/zero'],
  ['a folder', folderIn],
]

describe('a file that is read at startup must be a regular file', () => {
  const problem = 'cannot be read: it is not a regular file'

  test.each(kinds)('%s in its place is reported at once', async (_, made) => {
    const home = cliHome()
    const path = made(home, 'other')
    const url = `mongodb://localhost/?tls=true&tlsCAFile=${encodeURIComponent(path)}`
    const env = { DATABASES_FILE: path, RABBITMQ_CA_FILE: path, MONGODB_URL: url }
    const named = await home.run(['status'], { env })
    expect(named.status).toBe(2)
    expect(linesOf(named.stderr)).toEqual([
      `error: MONGODB_URL: tlsCAFile: ${problem}`,
      `error: RABBITMQ_CA_FILE: ${problem}`,
      `error: DATABASES_FILE: ${path}: ${problem}`,
    ])
    expect(await home.run(['status', '--config', path])).toEqual({
      status: 2,
      stdout: '',
      stderr: `error: ${path}: ${problem}\n`,
    })
  })

  test('main.json too', async () => {
    const home = cliHome()
    pipeIn(home, 'main.json')
    expect(await home.run(['status'])).toMatchObject({ status: 2, stderr: `error: main.json: ${problem}\n` })
  })

  test('a link to a regular file is accepted', async () => {
    const home = cliHome()
    symlinkSync(home.write('settings.json', '{"BATCH_SIZE": 0}'), join(home.folder, 'main.json'))
    expect((await home.run(['status'])).stderr).toMatch(/^error: BATCH_SIZE: must be/)
  })
})

describe('a data file must be a regular file', () => {
  const linked = [
    'events.sqlite',
    'events.sqlite-wal',
    'read-model.sqlite',
    'read-model.sqlite-shm',
    'importer.lock',
  ]

  test.each(linked)('%s: the target of a link is not touched', async (name) => {
    const home = cliHome()
    const target = home.write('theirs', 'of somebody else')
    chmodSync(target, 0o644)
    mkdirSync(home.data, { mode: 0o700 })
    symlinkSync(target, join(home.data, name))
    const { status, stderr } = await home.run(['import'], { input })
    expect(status).toBe(1)
    expect(linesOf(stderr)).toEqual([
      `error: data/${name}: must be a regular file: only the folder itself may be a link`,
    ])
    expect([modeOf(target), readFileSync(target, 'utf8')]).toEqual(['644', 'of somebody else'])
  })

  test('a dangling link creates nothing at its target', async () => {
    const home = cliHome()
    mkdirSync(home.data, { mode: 0o700 })
    symlinkSync(join(home.folder, 'new'), join(home.data, 'events.sqlite'))
    for (const args of [['import'], ['events']]) {
      expect(await home.run(args, { input })).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('events.sqlite: must be a regular file'),
      })
    }
    expect(existsSync(join(home.folder, 'new'))).toBe(false)
  })

  test('a pipe is not waited for', async () => {
    const home = cliHome()
    mkdirSync(home.data, { mode: 0o700 })
    pipeIn(home, 'data/events.sqlite')
    for (const args of [['import'], ['status']]) {
      const { stderr } = await home.run(args, { input })
      expect(stderr).toContain('events.sqlite: must be a regular file')
    }
  })

  test.each(['events.sqlite', 'read-model.sqlite', 'importer.lock'])(
    '%s of somebody else is refused, and keeps its mode',
    async (name) => {
      const home = cliHome()
      mkdirSync(home.data, { mode: 0o700 })
      const path = home.write(`data/${name}`, 'of somebody else '.repeat(100))
      chmodSync(path, 0o644)
      const { status, stderr } = await home.run(['import'], { input })
      expect(status).toBe(1)
      expect(stderr).toMatch(new RegExp(`^error: data/${name}: is not a data file of profile-importer.*\\n$`))
      expect(modeOf(path)).toBe('644')
    },
  )

  test('the folder itself may be a link', async () => {
    const home = cliHome()
    mkdirSync(join(home.folder, 'disk'), { mode: 0o700 })
    symlinkSync('disk', home.data)
    expect(await home.importing([refused])).toHaveLength(1)
    expect(modeOf(join(home.folder, 'disk', 'events.sqlite'))).toBe('600')
  })
})

describe('a folder or a failure log that others can read', () => {
  test('keeps its permissions, with a warning that names the mode', async () => {
    const home = cliHome()
    mkdirSync(home.data)
    chmodSync(home.data, 0o755)
    const log = home.write('failures.log', '')
    chmodSync(log, 0o640)
    const { status, stderr } = await home.run(['import'], { input, env: { LOG_FILE: log } })
    expect(status).toBe(0)
    expect(linesOf(stderr).map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, path: './data', mode: '0755' },
      { level: 40, path: log, mode: '0640' },
    ])
    expect([modeOf(home.data), modeOf(log)]).toEqual(['755', '640'])
    expect(linesOf(readFileSync(log, 'utf8'))).toHaveLength(1)
  })

  test('gives no warning if others cannot read it or it is newly created', async () => {
    const home = cliHome()
    expect(await home.run(['import'], { input })).toMatchObject({ status: 0, stderr: '' })
    expect(await home.run(['import'], { input })).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('LOG_FILE', () => {
  test('may not be a pipe without a reader, which is reported at once', async () => {
    const home = cliHome()
    const LOG_FILE = pipeIn(home, 'pipe')
    expect(await home.run(['import'], { input, env: { LOG_FILE } })).toEqual({
      status: 1,
      stdout: '',
      stderr: `error: LOG_FILE: ${LOG_FILE}: cannot be written: it is a socket, or a pipe without a reader\n`,
    })
  })

  test('may be a pipe with a reader, or standard error', () => {
    const home = cliHome()
    writeFileSync(join(home.folder, 'in.ndjson'), input)
    const importing = shellCommand('import', 'in.ndjson')
    const piped = shell(home, `mkfifo pipe; cat pipe & LOG_FILE=pipe ${importing} >replies; wait`)
    expect(JSON.parse(piped.stdout)).toMatchObject({ feedback_id: 'f1', code: 400 })
    const { stderr } = shell(home, `LOG_FILE=/dev/stderr ${importing} 2>&1 >replies | cat >&2`)
    expect(JSON.parse(stderr)).toMatchObject({ feedback_id: 'f1', code: 400 })
  })
})
