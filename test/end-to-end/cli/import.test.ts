import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import {
  cliHome,
  linesOf,
  ndjson,
  parsed,
  shell,
  shellCommand,
  shellLacks,
} from '../../support/real-processes/cli.ts'

const message = (n: number, db_id = 1): JsonObject => ({
  account_id: 1,
  db_id,
  feedback_id: `f${n}`,
  email: `user${n}@example.com`,
  data: { visits: { action: 'incr', value: 1 } },
})

const visits = async (home: ReturnType<typeof cliHome>, n: number) => {
  const [profile] = await home.output(
    ...['find', '--account', '1', '--db', '1', '--email', `user${n}@example.com`],
  )
  return profile?.fields
}

describe('import FILE', () => {
  test('answers every line, of several databases, in input order, with the five members', async () => {
    const home = cliHome()
    const lines = Array.from({ length: 600 }, (_, n) =>
      n % 100 === 50 ? `{"broken ${n}` : message(n, 1 + (n % 3)),
    )
    const { status, stdout, stderr } = await home.run(['import', home.write('in.ndjson', ndjson(lines))])
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const replies = parsed(stdout)
    expect(replies.map(({ feedback_id }) => feedback_id)).toEqual(
      lines.map((line, n) => (typeof line === 'string' ? '' : `f${n}`)),
    )
    expect(replies.map(({ error }) => error)).toEqual(lines.map((it) => (typeof it === 'string' ? 400 : 0)))
    for (const reply of replies) {
      expect(Object.keys(reply)).toEqual([
        'error',
        'error_text',
        'feedback_id',
        'matching_field',
        'profile_id',
      ])
    }
  })

  test('is a new run each time: additions are repeated', async () => {
    const home = cliHome()
    const file = home.write('in.ndjson', ndjson([message(1)]))
    for (const _ of ['once', 'twice']) expect((await home.run(['import', file])).status).toBe(0)
    expect(await visits(home, 1)).toEqual({ visits: 2, email: 'user1@example.com' })
  })

  test.each([
    [
      'a file that is missing',
      ['import', 'missing.ndjson'],
      /^error: missing\.ndjson: cannot be read: no such file\n$/,
    ],
    ['a folder', ['import', '.'], /^error: \.: is a folder\n$/],
  ])('says in one line that it cannot read %s', async (_, args, text) => {
    const home = cliHome()
    const { status, stdout, stderr } = await home.run(args)
    expect({ status, stdout, lines: linesOf(stderr).length }).toEqual({ status: 1, stdout: '', lines: 1 })
    expect(stderr).toMatch(text)
  })
})

describe('import -', () => {
  test.each([
    ['line ends of CR LF', (lines: string) => lines.replaceAll('\n', '\r\n'), 3],
    ['no newline at the end', (lines: string) => lines.trimEnd(), 3],
    ['blank lines', (lines: string) => `\n \n${lines.replaceAll('\n', '\n\t\r\n\n')}`, 3],
    ['nothing', () => '', 0],
    ['only blank lines', () => '\n\r\n  \n', 0],
  ])('takes %s', async (_, change, replies) => {
    const home = cliHome()
    const input = change(ndjson([message(1), message(2), message(3)]))
    const { status, stdout, stderr } = await home.run(['import', '-'], { input })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(parsed(stdout).map(({ error, feedback_id }) => ({ error, feedback_id }))).toEqual(
      [1, 2, 3].slice(0, replies).map((n) => ({ error: 0, feedback_id: `f${n}` })),
    )
  })

  test('answers a slow writer line by line, and holds the folder until the input ends', async () => {
    const home = cliHome()
    const importing = home.start(['import', '-'])
    for (const n of [1, 2, 3]) {
      importing.feed(message(n))
      await importing.waitForLines(n)
    }
    const second = await home.run(['import', home.write('in.ndjson', ndjson([message(4)]))])
    expect(second).toMatchObject({ status: 1, stdout: '' })
    expect(second.stderr).toMatch(/^error: another process imports into \.\/data.*\n$/)

    importing.child.stdin.end()
    expect(await importing.exited).toMatchObject({ status: 0, stderr: '' })
    const third = await home.run(['import', 'in.ndjson'])
    expect(third).toMatchObject({ status: 0, stderr: '' })
  })

  test('says that it was interrupted', async () => {
    const home = cliHome()
    const importing = home.start(['import'])
    importing.feed(message(1))
    await importing.waitForLines(1)
    expect(await importing.kill('SIGINT')).toMatchObject({ status: 1, stderr: 'error: interrupted\n' })
    expect(await visits(home, 1)).toMatchObject({ visits: 1 })
  })
})

test.skipIf(shellLacks('script'))('progress is drawn on a terminal, apart from the replies', () => {
  const home = cliHome()
  home.write('in.ndjson', ndjson(Array.from({ length: 50 }, (_, n) => message(n))))
  const { status, stdout } = shell(
    home,
    `script -qec "${shellCommand('import', 'in.ndjson')} > replies.ndjson" /dev/null < /dev/null`,
  )
  expect(status).toBe(0)
  expect(stdout).toMatch(/100 % {2}50 messages, \d+ per second\r\n/)
  expect(parsed(shell(home, 'cat replies.ndjson').stdout)).toHaveLength(50)
})
