import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aDatabase, creations } from '../../support/builders/event-builders.ts'
import { appending, aServer, opened } from '../../support/eventstoredb/opened.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { type CliHome, cliHome, linesOf, parsed } from '../../support/real-processes/cli.ts'
import { until } from '../../support/until.ts'

const message = (n: number, db_id: number) => ({
  account_id: 1,
  db_id,
  email: `p${n}@example.com`,
  feedback_id: `f${n}`,
  data: { _fname: `P${n}`, visits: { action: 'incr', value: 1 } },
})

/** Two databases, whose events alternate in the log. */
const importSome = async (home: CliHome): Promise<void> => {
  for (const db of [1, 2, 1, 2]) {
    await home.importing(Array.from({ length: 20 }, (_, n) => message(n, db)))
  }
}

const copy = ['copy', '--from', 'data']
const summary = { events: 80, streams: 2, checkpoints: 0, verified: true }

const copied = ({ log }: StandIn): number =>
  log.all.filter(({ stream }) => stream.startsWith('profiles-')).length

test('a log is copied to EventStoreDB, and everything continues there', async () => {
  const [home, server] = [cliHome(), await aServer()]
  await importSome(home)
  const asked = [
    ['find', '--account', '1', '--db', '2', '--email', 'p3@example.com'],
    ['history', '--feedback-id', 'f3'],
  ]
  const before = await Promise.all(asked.map((args) => home.output(...args)))

  const { status, stdout, stderr } = await home.run(copy, { env: { EVENTSTORE_URL: server.url } })
  expect({ status, results: parsed(stdout) }).toEqual({ status: 0, results: [summary] })
  expect(linesOf(stderr)[0]).toMatch(/^Next, set EVENTSTORE_URL wherever/)
  expect(stderr).toContain('data/read-model.sqlite*')

  const env = { EVENTSTORE_URL: server.url }
  const old = await home.run(['import'], { env })
  expect(old).toMatchObject({ status: 1, stderr: expect.stringMatching(/belongs to another log/) })

  const inNewFolder = await home.run(['import', '--data', 'new'], { env })
  expect(inNewFolder).toMatchObject({ status: 0 })
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(home.data, `read-model.sqlite${suffix}`), { force: true })
  expect(await home.importing([], env)).toEqual([])
  for (const data of ['new', 'data']) {
    const verified = await home.run(['verify', '--data', data], { env })
    expect({ status: verified.status, results: parsed(verified.stdout) }).toMatchObject({
      status: 0,
      results: [{ documents: 40 }, { documents: 80 }, { projection: 'refusals' }, { documents: 80 }],
    })
  }
  const onServer = await Promise.all(asked.map((args) => home.run(args, { env })))
  // Positions differ between stores.
  const withoutPosition = (answers: ReadonlyArray<unknown>) =>
    JSON.parse(JSON.stringify(answers, (key, value) => (key === 'position' ? undefined : value)))
  expect(withoutPosition(onServer.map((answer) => parsed(answer.stdout)))).toEqual(withoutPosition(before))

  const [reply] = await home.importing([message(3, 2)], env)
  expect(reply).toMatchObject({ error: 0, profile_id: before[0]?.[0]?.profile_id })
  const [profile] = parsed((await home.run(asked[0] ?? [], { env })).stdout)
  expect(profile).toMatchObject({ fields: { visits: 3 } })
  expect(await home.run(copy, { env: { EVENTSTORE_URL: server.url } })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^error: the target holds another log, or has newer imports: .*\n$/),
  })
})

test('an interrupted or killed copy resumes when it is run again', async () => {
  const [home, server] = [cliHome(), await aServer()]
  await importSome(home)

  let answer = () => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  server.faults.appends.push({ stream: 'profiles-', tag: 'AnsweredLate', until: held })
  const interrupted = home.start(copy, { EVENTSTORE_URL: server.url })
  await until(() => copied(server) === 20)
  const exited = interrupted.kill('SIGINT')
  setTimeout(answer, 500)
  expect(await exited).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: interrupted: run the same command again to continue\n',
  })

  server.faults.appends.push({ stream: 'profiles-', tag: 'Unanswered' })
  const killed = home.start(copy, { EVENTSTORE_URL: server.url })
  await until(() => copied(server) === 40)
  expect(await killed.kill('SIGKILL')).toMatchObject({ status: null, stdout: '' })

  for (const _ of ['the rest', 'nothing more']) {
    const { status, stdout } = await home.run(copy, { env: { EVENTSTORE_URL: server.url } })
    expect({ status, results: parsed(stdout) }).toEqual({ status: 0, results: [summary] })
    expect(copied(server)).toBe(80)
  }
})

test('a failure is one line, without the password', async () => {
  const [home, server] = [cliHome(), await aServer()]
  const url = server.url.replace('esdb://', 'esdb://admin:hunter2@')
  const failing = async (line: RegExp) => {
    const { status, stdout, stderr } = await home.run(copy, { env: { EVENTSTORE_URL: url } })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(linesOf(stderr)).toEqual([expect.stringMatching(line)])
    expect(stderr).not.toContain('hunter2')
  }
  await failing(/^error: .*there is no data here yet$/)
  await importSome(home)
  server.down = true
  await failing(/^error: EventStoreDB: /)
  server.down = false
  await appending(opened(server.url), 'profiles-1.1', -1, creations(0, 1, aDatabase(1, 1)))
  await failing(/^error: the target holds another log, .*\. Nothing there was overwritten$/)
})

test('nothing is copied while an import runs', async () => {
  const [home, server] = [cliHome(), await aServer()]
  const importing = home.start(['import', '-'])
  importing.feed(message(1, 1))
  await importing.waitForLines(1)
  expect(await home.run(copy, { env: { EVENTSTORE_URL: server.url } })).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: another process imports into data or copies it: stop it first\n',
  })
  importing.child.stdin.end()
  expect(await importing.exited).toMatchObject({ status: 0 })
  expect(copied(server)).toBe(0)
})
