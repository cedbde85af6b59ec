import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import {
  type CliHome,
  cliHome,
  linesOf,
  ndjson,
  shell,
  shellCommand,
} from '../../support/real-processes/cli.ts'

const message: JsonObject = { account_id: 1, db_id: 1, email: 'john@example.com', data: {} }
const someId = '0123456789abcdef01234567'

/** Only root can become another user, who must be able to read the program. */
const asNobody = 'setpriv --reuid 65534 --clear-groups'
const cannotBeNobody =
  process.getuid?.() !== 0 ||
  spawnSync(`${asNobody} cat package.json`, { shell: true, stdio: 'ignore' }).status !== 0

const existing = [
  ['profile', someId],
  ['find', '--account', '1', '--db', '1', '--email', 'john@example.com'],
  ['history', '--profile', someId],
  ['events'],
  ['verify'],
  ['status'],
  ['rebuild'],
  ['replay', '--code', '404'],
]

describe('a command that needs data, in an empty folder', () => {
  test.each(existing.map((args) => [args]))('%j says so and creates nothing', async (args) => {
    const home = cliHome()
    const { status, stdout, stderr } = await home.run(args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^error: .*there is no data here yet$/)])
    expect(existsSync(home.data)).toBe(false)
  })
})

test('a file of a newer format is refused by every command and left unchanged', async () => {
  const home = cliHome()
  await home.importing([message])
  const newer = (version: number) => home.sql((connection) => connection.pragma(`user_version = ${version}`))
  newer(99)
  for (const args of [['events'], ['rebuild'], ['import']]) {
    const { status, stdout, stderr } = await home.run(args, { input: ndjson([message]) })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/newer version of profile-importer/)])
  }
  newer(2)
  expect(await home.output('events')).toHaveLength(1)
})

test('a file of another program is refused', async () => {
  const home = cliHome()
  await home.importing([message])
  home.write('data/events.sqlite', 'this is not a database, whatever its name'.repeat(100))
  for (const name of ['-wal', '-shm']) home.write(`data/events.sqlite${name}`, '')
  const { status, stderr } = await home.run(['import'], { input: ndjson([message]) })
  expect(status).toBe(1)
  expect(stderr).toMatch(
    /events\.sqlite: is not a data file of profile-importer, or its beginning is damaged\. .*\n$/,
  )
})

describe.skipIf(cannotBeNobody)(
  'a data folder of another user is refused by every command, with what to do',
  () => {
    test.each<[what: string, given: (home: CliHome) => void, path: RegExp]>([
      [
        'that others cannot enter',
        ({ data }) => chmodSync(data, 0o700),
        /data\/(events\.sqlite|folder\.lock)/,
      ],
      ['with files that others cannot read', ({ data }) => chmodSync(data, 0o755), /data\/folder\.lock/],
      [
        'with files that others can only read',
        ({ data }) => {
          chmodSync(data, 0o755)
          for (const name of readdirSync(data)) chmodSync(join(data, name), 0o644)
        },
        /data\/folder\.lock/,
      ],
      [
        'with a log that others cannot read',
        ({ data }) => {
          chmodSync(data, 0o777)
          for (const name of readdirSync(data)) if (name !== 'events.sqlite') rmSync(join(data, name))
        },
        /data\/events\.sqlite/,
      ],
      ['that is not there and cannot be created', ({ data }) => rmSync(data, { recursive: true }), /data/],
    ])('%s', async (_, given, path) => {
      const home = cliHome()
      chmodSync(home.folder, 0o755)
      await home.importing([message])
      given(home)
      const isThere = existsSync(home.data)
      for (const command of isThere ? [['status'], ['rebuild'], ['import']] : [['import']]) {
        const { status, stdout, stderr } = shell(home, `${asNobody} ${shellCommand(...command)} < /dev/null`)
        expect({ command, status, stdout }).toEqual({ command, status: 1, stdout: '' })
        expect(linesOf(stderr)).toEqual([
          expect.stringMatching(
            new RegExp(`^error: .*${path.source}: permission denied: run this as the user who `),
          ),
        ])
      }
    })
  },
)

const modesBelow = (folder: string): Record<string, string> => {
  const modes: Record<string, string> = {}
  const visit = (path: string) => {
    const stats = lstatSync(path)
    modes[path.slice(folder.length)] = (stats.mode & 0o777).toString(8)
    if (stats.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name))
  }
  visit(folder)
  return modes
}

test('everything is created for its owner only, whatever the umask', async () => {
  const home = cliHome()
  home.write('in.ndjson', ndjson(Array.from({ length: 20_000 }, () => message)))
  // Killed in the middle, so that nothing is cleaned up.
  const run = home.start(['import', 'in.ndjson'], { NODE_OPTIONS: `--import ${umaskOff(home)}` })
  await run.waitForLines(1)
  await run.kill('SIGKILL')
  const modes = modesBelow(home.data)
  expect(Object.keys(modes)).toEqual(
    expect.arrayContaining([
      ...['', '/importer.lock', '/job_server.log', '/runs'],
      ...['/events.sqlite', '/events.sqlite-wal', '/events.sqlite-shm'],
      ...['/read-model.sqlite', '/read-model.sqlite-wal', '/read-model.sqlite-shm'],
      expect.stringMatching(/^\/runs\/[0-9a-f]{64}\.json$/),
    ]),
  )
  for (const [path, mode] of Object.entries(modes)) {
    const folder = lstatSync(join(home.data, path)).isDirectory()
    expect({ path, mode }).toEqual({ path, mode: folder ? '700' : '600' })
  }

  chmodSync(join(home.data, 'events.sqlite'), 0o644)
  await home.importing([])
  expect(modesBelow(home.data)['/events.sqlite']).toBe('600')
})

/** A umask that removes no permission, set in the process itself: its threads share it, but may not set it. */
function umaskOff(home: ReturnType<typeof cliHome>): string {
  const program = `import { isMainThread } from 'node:worker_threads'\nif (isMainThread) process.umask(0)`
  return `file://${home.write('umask.mjs', program)}`
}
