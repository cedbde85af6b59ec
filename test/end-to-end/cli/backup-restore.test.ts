import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { dropDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { type CliHome, cliHome, linesOf, ndjson, parsed } from '../../support/real-processes/cli.ts'

const message = (n: number) => ({
  account_id: 1,
  db_id: 1,
  email: `p${n}@example.com`,
  feedback_id: `f${n}`,
  data: { visits: { action: 'incr', value: 1 } },
})
const messages = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => message(from + i))

const failing = async (home: CliHome, args: ReadonlyArray<string>, env = {}) => {
  const { status, stdout, stderr } = await home.run(args, { env })
  return { status, stdout, told: linesOf(stderr) }
}
const refused = (text: RegExp) => ({ status: 1, stdout: '', told: [expect.stringMatching(text)] })

const verified = async (home: CliHome, ...args: ReadonlyArray<string>) => {
  for (const result of await home.output('verify', ...args)) expect(result).toMatchObject({ differences: 0 })
}

test('a backup taken under full load is restored, and everything continues from there', async () => {
  const home = cliHome()
  home.write('in.ndjson', ndjson(messages(0, 30_000)))
  const importing = home.start(['import', 'in.ndjson'])
  await importing.waitForLines(2000)
  const [manifest] = await home.output('backup', 'backup')
  // The working directory is not empty, and a file is not a folder.
  expect(await failing(home, ['backup', ''])).toEqual(
    refused(/: the folder for a backup must be new or empty$/),
  )
  const intoFile = await home.run(['backup', 'data/events.sqlite'])
  expect(intoFile).toMatchObject({ status: 2, stderr: 'error: data/events.sqlite: is not a folder\n' })
  const end = Number(manifest?.end)
  expect(end).toBeGreaterThanOrEqual(2000)
  await importing.waitForLines(importing.lines().length + 1)
  await importing.kill('SIGKILL')
  const [{ position } = { position: '0' }] = (await home.output('events', '--after', String(end))).slice(-1)
  expect(Number(position)).toBeGreaterThan(end)

  // Into an empty folder, where the interrupted run goes on.
  const [empty] = await home.output('restore', 'backup', '--data', 'empty')
  expect(empty).toMatchObject({
    log_id: manifest?.log_id,
    end: manifest?.end,
    forks: [{ after: manifest?.end }],
  })
  const resumed = await home.run(['import', 'in.ndjson', '--resume', '--data', 'empty'])
  expect(resumed).toMatchObject({ status: 0 })
  await verified(home, '--data', 'empty')
  expect(await home.output('events', '--data', 'empty')).toHaveLength(30_000)

  // Over the old one.
  const again = await failing(home, ['restore', 'backup'])
  expect(again).toEqual(
    refused(/^error: .*data: there is a log: name another folder, or replace it with --replace$/),
  )
  const { status, stdout, stderr } = await home.run(['restore', 'backup', '--data', 'data', '--replace'])
  expect({ status, log: parsed(stdout) }).toMatchObject({ status: 0, log: [{ log_id: manifest?.log_id }] })
  expect(linesOf(stderr)).toEqual([
    expect.stringContaining(`up to position ${end}`),
    expect.stringMatching(/^Messages that were acknowledged after .* Producers must send again /),
  ])
  await home.importing(messages(0, 10))
  await verified(home)
  expect((await home.output('events')).length).toBe(end + 10)
  const [{ log } = { log: {} }] = await home.output('status')
  expect(log).toMatchObject({
    log_id: manifest?.log_id,
    epoch: parsed(stdout)[0]?.epoch,
    end: String(end + 10),
  })
})

test('a folder in use is not restored into', async () => {
  const home = cliHome()
  await home.importing(messages(0, 3))
  await home.output('backup', 'backup')
  const following = home.start(['events', '--follow'])
  await following.waitForLines(3)
  expect(await failing(home, ['restore', 'backup', '--replace'])).toEqual(
    refused(/^error: .*data: the folder is in use: stop everything that uses it first$/),
  )
  await following.kill('SIGTERM')
  await home.output('restore', 'backup', '--replace')
})

test('a restore that is killed in the middle is asked for again by every command', async () => {
  const home = cliHome()
  await home.importing(messages(0, 3))
  await home.output('backup', 'backup')
  await home.importing(messages(3, 5))
  const dying = `import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { renameSync } = fs
    fs.renameSync = (...argv) => String(argv[1]).endsWith('events.sqlite') ? process.kill(process.pid, 'SIGKILL') : renameSync(...argv)
    syncBuiltinESMExports()`
  const NODE_OPTIONS = `--import file://${home.write('dying.mjs', dying)}`
  expect((await home.run(['restore', 'backup', '--replace'], { env: { NODE_OPTIONS } })).status).toBeNull()
  for (const args of [['status'], ['events'], ['import'], ['backup', 'other'], ['rebuild']])
    expect(await failing(home, args)).toEqual(
      refused(/^error: .*data: restoring a backup was interrupted here: run `restore` again$/),
    )
  await home.output('restore', 'backup')
  expect(await home.output('events')).toHaveLength(3)
})

test('a log on a server is neither backed up nor restored', async () => {
  const home = cliHome()
  for (const args of [
    ['backup', 'x'],
    ['restore', 'x'],
  ]) {
    const { status, stderr } = await home.run(args, {
      env: { EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' },
    })
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^error: EVENTSTORE_URL: must not be set .*\n$/),
    })
  }
})

describe('after a restore', () => {
  /** Five events, three of them in the backup; then two others. */
  const restoredHome = async () => {
    const home = cliHome()
    await home.importing(messages(0, 3))
    await home.output('backup', 'backup')
    await home.importing(messages(3, 5))
    cpSync(join(home.data, 'read-model.sqlite'), join(home.folder, 'abandoned.sqlite'))
    const [{ epoch } = { epoch: 0 }] = await home.output('restore', 'backup', '--replace')
    return { home, epoch: Number(epoch) }
  }

  test('events name their epoch, and positions of another one are accepted only if they are the same', async () => {
    const { home, epoch } = await restoredHome()
    await home.importing(messages(10, 12))
    const places = async (...args: ReadonlyArray<string>) =>
      (await home.output('events', ...args)).map((event) => `${event.epoch}:${event.position}`)
    const all = ['1:1', '1:2', '1:3', `${epoch}:4`, `${epoch}:5`]
    expect(await places()).toEqual(all)
    for (const [i, place] of all.entries()) expect(await places('--after', place)).toEqual(all.slice(i + 1))
    expect(await places('--after', '4')).toEqual(all.slice(4))
    expect(await places('--after', `${epoch}:2`)).toEqual(all.slice(2))

    const afterPlace = (place: string, ...args: ReadonlyArray<string>) =>
      failing(home, ['events', '--after', place, ...args])
    const givenUp = new RegExp(
      `^error: --after: the events of epoch 1 after position 3 were given up .* go on with --after ${epoch}:3$`,
    )
    expect(await afterPlace('1:4')).toEqual(refused(givenUp))
    expect(await afterPlace('1:5', '--follow')).toEqual(refused(givenUp))
    expect(await afterPlace(`${epoch - 1}:1`)).toEqual(
      refused(/^error: --after: this log never was in epoch \d+: /),
    )
    const beyond = /^error: --after: the log ends at position 5, before 6: /
    expect(await afterPlace('6')).toEqual(refused(beyond))
    expect(await afterPlace(`${epoch}:6`, '--follow')).toEqual(refused(beyond))
    expect(await afterPlace('3/3')).toEqual(
      refused(/^error: --after: the log ends at position 5, before 3\/3: /),
    )
    expect((await afterPlace('x:1')).status).toBe(2)
  })

  test('a read model of the abandoned future is refused, by every command, with the remedy', async () => {
    const { home } = await restoredHome()
    const put = () => cpSync(join(home.folder, 'abandoned.sqlite'), join(home.data, 'read-model.sqlite'))
    const text =
      /^error: the read model "profiles" contains events after position 3, which this log gave up .* delete data\/read-model\.sqlite\*: it will be rebuilt/
    put()
    for (const args of [
      ['status'],
      ['import'],
      ['rebuild'],
      ['find', '--account', '1', '--db', '1', '--email', 'x@y.z'],
    ])
      expect(await failing(home, [...args, '--data', 'data'])).toEqual(refused(text))
    // Even when the log is as long again.
    rmSync(join(home.data, 'read-model.sqlite'))
    await home.importing(messages(10, 20))
    put()
    for (const end of ['-wal', '-shm']) rmSync(join(home.data, `read-model.sqlite${end}`), { force: true })
    expect(await failing(home, ['status', '--data', 'data'])).toEqual(refused(text))
    rmSync(join(home.data, 'read-model.sqlite'))
    await home.importing([])
    await verified(home)
  })

  test.skipIf(inject('mongodbUrl') === undefined)(
    'so is one in MongoDB, unless it has seen no more than the backup',
    async () => {
      const [home, database] = [cliHome(), uniqueDatabase(inject('mongodbUrl') ?? '')]
      onTestFinished(() => dropDatabase(database))
      const env = { MONGODB_URL: database.url }
      await home.importing(messages(0, 3), env)
      await home.run(['backup', 'backup'])
      await home.output('restore', 'backup', '--replace')
      await home.importing(messages(3, 5), env)
      expect(await home.run(['verify'], { env })).toMatchObject({ status: 0 })

      const { stderr } = await home.run(['restore', 'backup', '--replace'], { env })
      expect(stderr).toContain(
        `If a read model in the MongoDB database "${database.name}" has seen events after position 3`,
      )
      await home.run(['import', '--data', 'data'], { input: ndjson(messages(10, 20)) })
      const text = new RegExp(
        `^error: the read model "profiles" is of epoch \\d+, in which this log never was: .* "${database.name}" and drop it`,
      )
      for (const args of [['status'], ['import'], ['verify']])
        expect(await failing(home, args, env)).toEqual(refused(text))
      await dropDatabase(database)
      await home.importing([], env)
      expect(await home.run(['verify'], { env })).toMatchObject({ status: 0 })
    },
  )
})
