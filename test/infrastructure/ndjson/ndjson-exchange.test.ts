import { Readable, Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { importIdOfLine } from '../../../application/import-id.ts'
import type { Delivery, ImportSession } from '../../../application/ports/import-source.ts'
import type { Position } from '../../../application/ports/position.ts'
import type { Reply } from '../../../application/ports/reply-sink.ts'
import type { MessageSource } from '../../../domain/events/current.ts'
import {
  createNdjsonExchange,
  type NdjsonExchangeOptions,
} from '../../../infrastructure/ndjson/ndjson-exchange.ts'
import { readNdjsonLines } from '../../../infrastructure/ndjson/read-ndjson-lines.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { systemIds } from '../../../infrastructure/system/system-ids.ts'
import { bodyOf } from '../../support/builders/body-of.ts'

const at = (n: number) => String(n) as Position
const never = new AbortController().signal

const lineOf = ({ source }: Delivery): number => (source.kind === 'ndjson' ? source.line : Number.NaN)

/** The reply contains its line as `feedback_id`. */
const replyTo = (line: number, position: number, run = 'run-1'): Reply => ({
  body: {
    error: 0,
    error_text: '',
    feedback_id: String(line),
    matching_field: 'email',
    profile_id: '0123456789abcdef01234567',
  },
  importId: importIdOfLine(run, line),
  outcomeOf: importIdOfLine(run, line),
  source: { kind: 'ndjson', run, line },
  properties: {},
  verdict: 'created',
  position: at(position),
})

const memory = () => {
  const written: Array<string> = []
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk))
      done()
    },
  })
  const replies = () =>
    written
      .join('')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  return { output, replies, answered: () => replies().map((reply) => Number(reply.feedback_id)) }
}

const exchange = (input: Readable, output: Writable, more: Partial<NdjsonExchangeOptions> = {}) =>
  createNdjsonExchange({
    lines: readNdjsonLines(input),
    output,
    run: 'run-1',
    start: { line: 0, position: at(0) },
    maxRepeated: 100,
    redelivered: false,
    clock: systemClock,
    ...more,
  })

const opened = async ({ source }: ReturnType<typeof exchange>): Promise<ImportSession> => {
  const session = await source.open(never)
  if (session === undefined) throw new Error('no session')
  return session
}

const takeLines = async (session: ImportSession, limit = 100) =>
  ((await session.take(limit, never)) ?? []).map(lineOf)

const inputOf = (text: string) => Readable.from([Buffer.from(text, 'latin1')])

describe('taking', () => {
  test('returns each line as bytes, with its place', async () => {
    const session = await opened(exchange(inputOf('{"a":1}\n\n\xff\xfe\n'), memory().output))
    const deliveries = await session.take(10, never)
    expect(deliveries).toMatchObject([
      { source: { kind: 'ndjson', run: 'run-1', line: 1 }, properties: {}, redelivered: false },
      { source: { kind: 'ndjson', run: 'run-1', line: 3 } },
    ])
    expect(deliveries?.map((each) => bodyOf(each).toString('latin1'))).toEqual(['{"a":1}', '\xff\xfe'])
    expect(deliveries?.[0]).not.toHaveProperty('contentEncoding')
    expect(await session.take(10, never)).toBeUndefined()
  })

  test('returns at most as many as requested, across chunks', async () => {
    const chunks = Readable.from(['1\n2\n3', '\n4\n', '5\n'].map((text) => Buffer.from(text)))
    const session = await opened(exchange(chunks, memory().output))
    expect(await takeLines(session, 2)).toEqual([1, 2])
    expect(await takeLines(session, 2)).toEqual([3, 4])
    expect(await takeLines(session, 2)).toEqual([5])
  })

  test('does not wait for a full batch when the producer is slow', async () => {
    const input = new Readable({ read: () => {} })
    const session = await opened(exchange(input, memory().output))
    input.push('1\n')
    expect(await takeLines(session)).toEqual([1])
    input.push('2\n3\n')
    expect(await takeLines(session)).toEqual([2, 3])
  })

  test('ends when the signal aborts, and loses nothing', async () => {
    const input = new Readable({ read: () => {} })
    const session = await opened(exchange(input, memory().output))
    const stop = new AbortController()
    const taken = session.take(10, stop.signal)
    stop.abort()
    expect(await taken).toBeUndefined()
    input.push('1\n')
    expect(await takeLines(session)).toEqual([1])
  })

  test('after the session was closed starts with unacknowledged lines, marked as such', async () => {
    const both = exchange(inputOf('1\n2\n3\n4\n'), memory().output)
    const first = await opened(both)
    const deliveries = (await first.take(3, never)) ?? []
    first.acknowledge(deliveries.slice(0, 1))
    await first.close()
    first.acknowledge(deliveries)
    expect(await first.take(3, never)).toBeUndefined()
    const again = (await (await opened(both)).take(10, never)) ?? []
    expect(again.map((each) => [lineOf(each), each.redelivered])).toEqual([
      [2, true],
      [3, true],
      [4, false],
    ])
  })

  test('opens no more sessions once the source was read', async () => {
    const both = exchange(inputOf('1\n'), memory().output)
    const session = await opened(both)
    session.acknowledge((await session.take(10, never)) ?? [])
    expect(await session.take(10, never)).toBeUndefined()
    await session.close()
    expect(await both.source.open(never)).toBeUndefined()
  })

  test('rejects when the input breaks, after the lines before it', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('1\n2')
        throw new Error('disk gone')
      })(),
    )
    const session = await opened(exchange(broken, memory().output))
    expect(await takeLines(session)).toEqual([1])
    await expect(session.take(10, never)).rejects.toThrow('disk gone')
  })
})

describe('publishing', () => {
  test('prints the five members, in input order, whatever the order of the log', async () => {
    const { output, replies, answered } = memory()
    const both = exchange(inputOf('1\n2\n3\n'), output)
    await takeLines(await opened(both))
    await both.sink.publish([replyTo(3, 1), replyTo(1, 2)], never)
    expect(answered()).toEqual([1])
    await both.sink.publish([replyTo(2, 3)], never)
    expect(answered()).toEqual([1, 2, 3])
    expect(Object.keys(replies()[0])).toEqual([
      'error',
      'error_text',
      'feedback_id',
      'matching_field',
      'profile_id',
    ])
  })

  test('answers a line by its import, whatever its event says about the source', async () => {
    const { output, answered } = memory()
    const saved: Array<unknown> = []
    const saveProgress = async (line: number, position: Position) => {
      saved.push({ line, position })
    }
    const both = exchange(inputOf('1\n2\n3\n4\n5\n'), output, { saveProgress })
    await takeLines(await opened(both))
    const falsely = (line: number, position: number, source: MessageSource): Reply => ({
      ...replyTo(line, position),
      source,
    })
    const replies = [
      falsely(4, 1, { kind: 'ndjson', run: 'run-1', line: 1 }),
      falsely(2, 2, { kind: 'ndjson', run: 'run-0', line: 2 }),
      falsely(3, 3, { kind: 'ndjson', run: 'run-1', line: 9 }),
      falsely(5, 4, { kind: 'queue', queue: 'database_import' }),
    ]
    await both.sink.publish(replies, never)
    expect(answered()).toEqual([])
    await both.sink.publish([replyTo(1, 5)], never)
    expect(answered()).toEqual([1, 2, 3, 4, 5])
    expect(saved).toEqual([{ line: 5, position: at(5) }])
    await both.finished
  })

  test('answers no line with the repetition of another', async () => {
    const { output, answered } = memory()
    const both = exchange(inputOf('1\n2\n'), output)
    await takeLines(await opened(both))
    const repetition = { ...replyTo(1, 1), importId: systemIds.fresh() }
    const damaged = { ...replyTo(1, 2), importId: systemIds.fresh(), outcomeOf: importIdOfLine('run-1', 2) }
    await both.sink.publish([damaged], never)
    expect(answered()).toEqual([])
    await both.sink.publish([repetition, replyTo(2, 3)], never)
    expect(answered()).toEqual([1, 2])
  })

  test('prints repeated replies only once, and none of another run', async () => {
    const { output, answered } = memory()
    const both = exchange(inputOf('1\n2\n'), output)
    await takeLines(await opened(both))
    await both.sink.publish([replyTo(1, 1), replyTo(2, 2, 'run-0')], never)
    await both.sink.publish([replyTo(1, 1), replyTo(2, 3)], never)
    expect(answered()).toEqual([1, 2])
  })

  test('saves progress only after the replies up to there are printed', async () => {
    const { output, answered } = memory()
    const saved: Array<unknown> = []
    const saveProgress = async (line: number, position: Position) => {
      saved.push({ line, position, answered: answered().length })
    }
    const both = exchange(inputOf('1\n2\n3\n4\n'), output, { saveProgress })
    await takeLines(await opened(both))
    await both.sink.publish([replyTo(2, 1)], never)
    await both.sink.publish([replyTo(1, 2), replyTo(4, 3)], never)
    await both.sink.publish([replyTo(3, 4)], never)
    expect(saved).toEqual([
      { line: 2, position: at(2), answered: 2 },
      { line: 4, position: at(4), answered: 4 },
    ])
  })

  test('is finished when the input has ended and every reply is printed', async () => {
    const progress: Array<unknown> = []
    const both = exchange(inputOf('1\n\n2\n'), memory().output, { onProgress: (each) => progress.push(each) })
    let finished = false
    both.finished.then(() => {
      finished = true
    })
    const session = await opened(both)
    await takeLines(session)
    await both.sink.publish([replyTo(1, 1)], never)
    expect(await session.take(10, never)).toBeUndefined()
    expect(finished).toBe(false)
    const reply = replyTo(3, 2)
    await both.sink.publish([{ ...reply, body: { ...reply.body, error: 400 } }], never)
    await both.finished
    expect(progress).toEqual([
      { messages: 1, refused: 0, bytes: 5 },
      { messages: 2, refused: 1, bytes: 5 },
    ])
  })

  test('is finished for an input without lines as soon as that is known', async () => {
    const both = exchange(inputOf('\n \n'), memory().output)
    expect(await (await opened(both)).take(10, never)).toBeUndefined()
    await both.finished
  })
})

describe('a run that is resumed', () => {
  test('takes the lines after the last finished one, marked, and prints existing replies', async () => {
    const { output, answered } = memory()
    const both = exchange(inputOf('1\n2\n3\n4\n5\n'), output, {
      start: { line: 2, position: at(0) },
      redelivered: true,
    })
    const session = await opened(both)
    await both.sink.publish([replyTo(2, 1), replyTo(4, 2), replyTo(3, 3)], never)
    expect(answered()).toEqual([])
    const deliveries = (await session.take(10, never)) ?? []
    expect(deliveries.map((each) => [lineOf(each), each.redelivered])).toEqual([
      [3, true],
      [4, true],
      [5, true],
    ])
    await both.sink.publish([replyTo(5, 4)], never)
    expect(answered()).toEqual([3, 4, 5])
    await both.finished
  })

  test('with all replies is finished without another publish', async () => {
    const { output, answered } = memory()
    const both = exchange(inputOf('1\n2\n'), output, { redelivered: true })
    const session = await opened(both)
    await both.sink.publish([replyTo(1, 1), replyTo(2, 2)], never)
    await takeLines(session)
    expect(await session.take(10, never)).toBeUndefined()
    await both.finished
    expect(answered()).toEqual([1, 2])
  })
})

describe('an output', () => {
  test('that is closed stops publishing and taking with a clear error', async () => {
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) })
    const both = exchange(inputOf('1\n2\n'), output)
    await takeLines(await opened(both), 1)
    const closed = { name: 'OutputClosedError', message: 'cannot write the output: EPIPE' }
    await expect(both.sink.publish([replyTo(1, 1)], never)).rejects.toMatchObject(closed)
    await expect(both.sink.publish([replyTo(2, 2)], never)).rejects.toMatchObject(closed)
  })

  test('that is blocked does not outlast the signal', async () => {
    const both = exchange(inputOf('1\n'), new Writable({ write: () => {} }))
    await takeLines(await opened(both))
    const stop = new AbortController()
    const published = both.sink.publish([replyTo(1, 1)], stop.signal)
    stop.abort(new Error('stopped'))
    await expect(published).rejects.toThrow('stopped')
  })

  test('that is blocked stops the input: memory stays bounded', async () => {
    let generated = 0
    const endless = Readable.from(
      (function* () {
        for (;;) {
          generated += 100
          yield Buffer.from('{}\n'.repeat(100))
        }
      })(),
    )
    const both = exchange(endless, new Writable({ write: () => {} }))
    const session = await opened(both)
    const stop = new AbortController()
    let taken = (await takeLines(session, 500)).length
    const published = both.sink.publish([replyTo(1, 1)], stop.signal)
    while (taken < 10_000) taken += (await takeLines(session, 500)).length
    let more: unknown = 'waiting'
    const taking = session.take(500, stop.signal).then((deliveries) => {
      more = deliveries
    })
    for (let turn = 0; turn < 50; turn += 1) await setImmediate()
    expect(more).toBe('waiting')
    expect(taken).toBe(10_000)
    expect(generated).toBeLessThan(13_000)
    stop.abort(new Error('stopped'))
    await taking
    expect(more).toBeUndefined()
    await expect(published).rejects.toThrow('stopped')
  })
})

test('a large input is processed in order, with few lines in memory', async () => {
  const total = 60_000
  let generated = 0
  let held = 0
  const input = Readable.from(
    (function* () {
      while (generated < total) {
        generated += 100
        yield Buffer.from('{"account_id": 1}\n'.repeat(100))
      }
    })(),
  )
  let printed = 0
  let inOrder = true
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      for (const line of String(chunk).trimEnd().split('\n')) {
        printed += 1
        inOrder &&= JSON.parse(line).feedback_id === String(printed)
      }
      done()
    },
  })
  const both = exchange(input, output)
  const session = await opened(both)
  let position = 0
  for (
    let deliveries = await session.take(200, never);
    deliveries;
    deliveries = await session.take(200, never)
  ) {
    // Two databases, each with its own append, one after the other.
    const lines = deliveries.map(lineOf)
    const inLog = [...lines.filter((line) => line % 2 === 0), ...lines.filter((line) => line % 2 === 1)]
    const replies = inLog.map((line, i) => replyTo(line, position + i + 1))
    position += replies.length
    session.acknowledge(deliveries)
    await both.sink.publish(replies.slice(0, 70), never)
    await both.sink.publish(replies.slice(70), never)
    held = Math.max(held, generated - printed)
  }
  await both.finished
  expect(printed).toBe(total)
  expect(inOrder).toBe(true)
  expect(held).toBeLessThan(5000)
})
