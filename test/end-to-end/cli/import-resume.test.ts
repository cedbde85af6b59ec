import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import {
  type CliHome,
  cliHome,
  type Exit,
  linesOf,
  ndjson,
  parsed,
} from '../../support/real-processes/cli.ts'

const lineCount = 20_000
const people = 40
/** BATCH_SIZE: how many replies a killed run may have printed without saving its progress. */
const batch = 200

/** Each line adds 1 for one of the people, in three databases. */
const messages: ReadonlyArray<JsonObject> = Array.from({ length: lineCount }, (_, n) => ({
  account_id: 1,
  db_id: 1 + (n % 3),
  feedback_id: String(n),
  email: `user${n % people}@example.com`,
  data: { visits: { action: 'incr', value: 1 } },
}))

const expectedVisits = () => {
  const sums = new Map<string, number>()
  for (const { db_id, email } of messages)
    sums.set(`${db_id} ${email}`, 1 + (sums.get(`${db_id} ${email}`) ?? 0))
  return sums
}

const recordedVisits = (home: CliHome) =>
  home.sql((connection) => {
    const live = connection
      .prepare<[], number>("SELECT live_generation FROM projections WHERE name = 'profiles'")
      .pluck()
      .get()
    const rows = connection
      .prepare<[], { db_id: number; state: string }>(`SELECT db_id, state FROM profiles_${live}`)
      .all()
    return new Map(
      rows.map(({ db_id, state }) => {
        const { fields } = JSON.parse(state)
        return [`${db_id} ${fields.email}`, fields.visits]
      }),
    )
  })

/** The answered lines; the last one may be incomplete. */
const answered = ({ stdout }: Exit): ReadonlyArray<number> =>
  linesOf(stdout).map((line) => Number(JSON.parse(line).feedback_id))

const expectAllDoneOnce = async (home: CliHome, runs: ReadonlyArray<Exit>) => {
  const replies = runs.map(answered)
  let next = 0
  for (const lines of replies) {
    const [first = next] = lines
    expect(first).toBeLessThanOrEqual(next)
    expect(first).toBeGreaterThanOrEqual(next - batch)
    expect(lines).toEqual(lines.map((_, index) => first + index))
    next = Math.max(next, first + lines.length)
  }
  expect(next).toBe(lineCount)
  expect(recordedVisits(home)).toEqual(expectedVisits())
  const outcomes = home.sql((connection) => connection.prepare('SELECT count(*) FROM events').pluck().get())
  expect(outcomes).toBe(lineCount)
  expect((await home.run(['verify'])).status).toBe(0)
  expect(readdirSync(join(home.data, 'runs'))).toEqual([])
}

describe('import --resume continues without repeating a change', () => {
  test('after kill -9 at random moments', async () => {
    const home = cliHome()
    const file = home.write('in.ndjson', ndjson(messages))
    const runs: Array<Exit> = []

    const starting = home.start(['import', file])
    await sleep(Math.random() * 1500)
    runs.push(await starting.kill('SIGKILL'))
    const resumable = () =>
      existsSync(join(home.data, 'runs')) && readdirSync(join(home.data, 'runs')).length > 0
    for (const share of [0.3, 0.4, 0.5]) {
      const left = lineCount - new Set(runs.flatMap(answered)).size
      const run = home.start(['import', file, ...(resumable() ? ['--resume'] : [])])
      await run.waitForLines(Math.ceil(Math.random() * share * left))
      runs.push(await run.kill('SIGKILL'))
    }
    const last = await home.run(['import', '--resume', file])
    expect(last).toMatchObject({ status: 0, stderr: '' })
    await expectAllDoneOnce(home, [...runs, last])
  })

  test('after kill -9 while a slow reader holds the replies back', async () => {
    const home = cliHome()
    const file = home.write('in.ndjson', ndjson(messages))
    const slow = home.start(['import', file])
    await slow.waitForLines(1)
    slow.child.stdout.pause()
    const recorded = () =>
      home.sql((connection) => connection.prepare('SELECT count(*) FROM events').pluck().get())
    // The importer continues until so many lines are unanswered that it waits for the reader.
    for (let before: unknown; before !== recorded(); await sleep(250)) before = recorded()
    slow.child.stdout.resume()
    await slow.waitForLines(7000)
    const killed = await slow.kill('SIGKILL')
    const last = await home.run(['import', '--resume', file])
    expect(last).toMatchObject({ status: 0, stderr: '' })
    await expectAllDoneOnce(home, [killed, last])
  })

  test('after SIGTERM, and after the reader of the replies is gone', async () => {
    const home = cliHome()
    const file = home.write('in.ndjson', ndjson(messages))
    const terminated = home.start(['import', file])
    await terminated.waitForLines(1000)
    const first = await terminated.kill('SIGTERM')
    expect(first).toMatchObject({
      status: 1,
      stderr: 'error: interrupted: run again with --resume to continue this file\n',
    })

    const unread = home.start(['import', '--resume', file])
    await unread.waitForLines(1)
    unread.child.stdout.destroy()
    const second = await unread.exited
    expect(second.status).toBe(1)
    expect(second.stderr).toMatch(/^error: cannot write the output: .*\n$/)

    const third = await home.run(['import', '--resume', file])
    expect(third).toMatchObject({ status: 0, stderr: '' })
    const lines = [first, third].flatMap(answered)
    expect(lines.at(-1)).toBe(lineCount - 1)
    expect(recordedVisits(home)).toEqual(expectedVisits())
    expect((await home.run(['verify'])).status).toBe(0)
  })
})

test('import of a file with an unfinished run begins again, and says so', async () => {
  const home = cliHome()
  const file = home.write('in.ndjson', ndjson(messages))
  const first = home.start(['import', file])
  await first.waitForLines(1000)
  await first.kill('SIGTERM')
  const { status, stderr } = await home.run(['import', file])
  expect(status).toBe(0)
  expect(stderr).toMatch(
    /^warning: an earlier run of this file ended after line \d+, and this run starts over: every line is imported again\n$/,
  )
})

describe('import --resume has nothing to resume', () => {
  const few = messages.slice(0, 3)

  test('when the file was imported completely, or never', async () => {
    const home = cliHome()
    const file = home.write('in.ndjson', ndjson(few))
    for (const before of [undefined, ['import', file]]) {
      if (before !== undefined) expect((await home.run(before)).status).toBe(0)
      const { status, stdout, stderr } = await home.run(['import', '--resume', file])
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toBe(
        `error: nothing to resume: there is no unfinished run of ${file} with its current content\n`,
      )
    }
  })

  test('when the file was changed', async () => {
    const home = cliHome()
    const file = home.write('in.ndjson', ndjson(messages))
    const run = home.start(['import', file])
    await run.waitForLines(1)
    await run.kill('SIGKILL')
    home.write('in.ndjson', ndjson(few))
    const { status, stderr } = await home.run(['import', '--resume', file])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^error: nothing to resume: .*its current content\n$/)
  })

  test.each([[['import', '--resume', '-']], [['import', '--resume']]])(
    'of standard input: %s',
    async (args) => {
      const home = cliHome()
      const { status, stdout, stderr } = await home.run(args, { input: ndjson(few) })
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toBe('error: standard input cannot be resumed: give a file\n')
      expect(parsed(stdout)).toEqual([])
      expect(existsSync(home.data)).toBe(false)
    },
  )
})
