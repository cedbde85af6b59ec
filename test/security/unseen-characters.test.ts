import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { replyTo } from '../../application/reply-to.ts'
import type { ImportId } from '../../domain/ids.ts'
import { openFailureLog } from '../../infrastructure/log/failure-log.ts'
import { createLogger } from '../../infrastructure/log/logger.ts'
import { replyMessage } from '../../infrastructure/rabbitmq/reply-message.ts'
import { safeJson } from '../../infrastructure/text/safe-json.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'
import { cliHome, linesOf, parsed } from '../support/real-processes/cli.ts'

/** Line ends for some readers, terminal controls, and characters that reverse or hide text. */
const hostile =
  '\u007f\u0080\u0085\u009b31m\u00ad\u061c\u200b\u200d\u200e\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\u{e0041}\t\r'

/** Written independently of the program's own. */
const ranges = [
  ...[
    [0x00, 0x09],
    [0x0b, 0x1f],
    [0x7f, 0x9f],
    [0xad, 0xad],
    [0x61c, 0x61c],
    [0x200b, 0x200f],
  ],
  ...[
    [0x2028, 0x202e],
    [0x2060, 0x2064],
    [0x2066, 0x206f],
    [0xfeff, 0xfeff],
    [0xe0020, 0xe007f],
  ],
] as const
/** The characters in the text that are not escaped but should be. */
const raw = (text: string): ReadonlyArray<string> =>
  Array.from(text, (character) => character.codePointAt(0) ?? 0)
    .filter((code) => ranges.some(([first = 0, last = 0]) => code >= first && code <= last))
    .map((code) => code.toString(16))

describe('JSON for people and line-based readers', () => {
  test('has the same value, whatever it contains', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(hostile, '\\u2028', '\\', '"'))
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.array(text))), (value) => {
        const json = safeJson(value)
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(raw(json)).toEqual([])
        expect(json).not.toContain('\n')
      }),
    )
  })

  test('shows all other characters unchanged', () => {
    expect(safeJson('Имя 名前 👩 é')).toBe('"Имя 名前 👩 é"')
  })
})

const feedbackId = `f ${hostile}\n`
const message = { account_id: 1, db_id: 1, feedback_id: feedbackId, email: 'a@example.com' }

test('both logs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unseen-'))
  const lines: Array<string> = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line) => void lines.push(line) })
  const failures = openFailureLog(join(folder, 'job_server.log'), logger)
  const rejection = {
    import_id: '' as ImportId,
    code: 400,
    reason: 'BadMember',
    members: ['email'],
    stream: '',
    revision: 0,
  } as const
  failures.logRefusal({ ...rejection, feedback_id: feedbackId })
  failures.close()
  logger.warn({ err: new Error(hostile) }, hostile)
  expect(raw(hostile)).toHaveLength([...hostile.replace('31m', '')].length)
  const all = [...lines, readFileSync(join(folder, 'job_server.log'), 'utf8')]
  rmSync(folder, { recursive: true })
  expect(all).toHaveLength(3)
  for (const line of all) {
    expect(raw(line)).toEqual([])
    expect(line.indexOf('\n')).toBe(line.length - 1)
  }
  for (const n of [0, 2]) expect(JSON.parse(all[n] ?? '')).toMatchObject({ feedback_id: feedbackId })
})

test('a reply on the queue', async () => {
  const pipeline = new Pipeline()
  await pipeline.import([{ body: bytesOf({ ...message, data: { [hostile]: { action: 'incr' } } }) }], 1)
  const [recorded] = await pipeline.events()
  pipeline.close()
  const reply = recorded && replyTo(recorded)
  const body = reply && String(replyMessage(reply, 0).body)
  expect(raw(body ?? '')).toEqual([])
  expect(JSON.parse(body ?? '')).toMatchObject({ error: 400, feedback_id: feedbackId })
})

test('whatever a command prints', async () => {
  const home = cliHome()
  const data = { _fname: hostile, [hostile]: hostile }
  const imported = await home.run(['import'], {
    input: [{ ...message, data }, message].map((each) => `${JSON.stringify(each)}\n`).join(''),
  })
  const outputs = [imported.stdout]
  for (const args of [
    ['find', '--account', '1', '--db', '1', '--email', 'a@example.com'],
    ['history', '--feedback-id', feedbackId],
    ['events'],
  ]) {
    const { status, stdout } = await home.run(args)
    expect(status).toBe(0)
    outputs.push(stdout)
  }
  const log = join(home.data, 'job_server.log')
  expect(existsSync(log)).toBe(true)
  for (const text of [...outputs, readFileSync(log, 'utf8')]) {
    expect(raw(text)).toEqual([])
    for (const line of linesOf(text)) JSON.parse(line)
  }
  expect(parsed(outputs[0] ?? '')).toMatchObject([{ feedback_id: feedbackId }, { feedback_id: feedbackId }])
  expect(parsed(outputs[1] ?? '')).toMatchObject([{ fields: { [hostile]: hostile } }])
})

test.each([
  ['of a file that is not there', ['import', `none${hostile}.ndjson`]],
  ['of the configuration', ['status', '--config', `none${hostile}.json`]],
  ['of an unknown command', [`status${hostile}`]],
  ['of an unknown option', ['status', `--${hostile}`]],
])('an error line %s', async (_, args) => {
  const { status, stderr } = await cliHome().run(args)
  expect(status).not.toBe(0)
  expect(stderr).toMatch(/^error: .*\\u009b/)
  expect(raw(stderr)).toEqual([])
})
