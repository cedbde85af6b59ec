import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { CollectedReply, ReplyCollector, TestMessage } from '../../support/rabbitmq/queues.ts'
import { recordedEvents } from '../../support/real-processes/recorded-events.ts'
import type { Service } from '../../support/real-processes/service.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const database = { account_id: 1, db_id: 7 }
const ann = { ...database, email: 'ann@private.example' }

describe.skipIf(rabbitmqUrl === undefined)('serve: a message in, a reply out', () => {
  let bench: ServiceBench
  let service: Service
  let collector: ReplyCollector
  beforeAll(async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    service = bench.start()
    collector = await bench.collect()
    await service.ready()
  })
  afterAll(async () => {
    await collector?.close()
    await bench?.dispose()
  })

  let sent = 0
  const answerTo = async (message: TestMessage): Promise<CollectedReply | undefined> => {
    const place = sent++
    await bench.publish([message])
    await expect.poll(() => collector.replies.length, { timeout: 30_000 }).toBe(sent)
    return collector.replies[place]
  }
  const json = (message: object, options = {}): TestMessage => ({ body: JSON.stringify(message), options })

  test('answers with exactly five members, and the rest in properties and headers', async () => {
    const message = { ...ann, feedback_id: 'f-1', data: { _fname: 'Confidentia' } }
    const created = await answerTo(json(message, { messageId: 'm-1' }))
    const profileId = String(created?.importId).replaceAll('-', '').slice(0, 24)
    expect(created?.body).toEqual({
      error: 0,
      error_text: '',
      feedback_id: 'f-1',
      matching_field: 'email',
      profile_id: profileId,
    })
    expect(created?.importId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(created?.options).toMatchObject({
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 2,
      correlationId: 'm-1',
      headers: { import_id: created?.importId, verdict: 'created', position: '1' },
    })
  })

  test('correlates by correlation_id, or else by message_id, or not at all', async () => {
    const message = json({ ...ann, data: {} })
    const { body } = message
    const [both, messageId] = [{ messageId: 'm-2', correlationId: 'c-2' }, { messageId: 'm-3' }]
    expect((await answerTo({ body, options: both }))?.correlationId).toBe('c-2')
    expect((await answerTo({ body, options: messageId }))?.correlationId).toBe('m-3')
    const neither = await answerTo(message)
    expect(neither?.correlationId).toBeUndefined()
    expect(neither?.importId).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/))
  })

  const verdicts: ReadonlyArray<[verdict: string, error: number, message: object, options?: object]> = [
    ['updated', 0, { ...ann, data: { _city: 'Riga' } }],
    ['unchanged', 0, { ...ann, data: { _city: 'Riga' } }],
    ['rejected', 400, { ...ann, data: { _city: 7 }, feedback_id: 'f-400' }],
    ['rejected', 404, { ...database, email: 'eve@private.example', update_only: true, data: {} }],
    ['duplicate', 0, { ...ann, feedback_id: 'f-1', data: { _fname: 'Confidentia' } }, { messageId: 'm-1' }],
    ['rejected', 409, { ...ann, data: { _fname: 'Other' } }, { messageId: 'm-1' }],
    ['rejected', 413, { ...ann, data: { note: 'x'.repeat(140_000) } }],
    ['created', 0, { ...ann, db_id: 8, data: {} }, { contentEncoding: 'UTF-8' }],
    ['rejected', 400, { ...ann, data: {} }, { contentEncoding: 'gzip' }],
  ]
  test.each(verdicts)('says %s, %i', async (verdict, error, message, options) => {
    const reply = await answerTo(json(message, options))
    expect(reply).toMatchObject({ verdict, body: { error, matching_field: 'email' } })
    expect(Object.keys(Object(reply?.body)).sort().join()).toBe(
      'error,error_text,feedback_id,matching_field,profile_id',
    )
    const { error_text, profile_id } = Object(reply?.body)
    expect([error_text === '', profile_id === '']).toEqual([error === 0, error !== 0])
  })

  const garbage: ReadonlyArray<[what: string, body: string | Buffer]> = [
    ['bytes that are not UTF-8', Buffer.from([0xff, 0x00, 0xfe, 0xc3, 0x28])],
    ['nothing', ''],
    ['no JSON', '{"account_id":1,"email":"ann@private.example"'],
    ['no object', '["ann@private.example"]'],
    ['a lone surrogate', '{"account_id":1,"db_id":7,"data":{"_fname":"\\ud800"},"feedback_id":"\\udfff"}'],
    ['__proto__', '{"account_id":1,"db_id":7,"email":"ann@private.example","data":{"__proto__":{"a":1}}}'],
    [
      'an integer too large',
      '{"account_id":1,"db_id":7,"email":"ann@private.example","data":{"n":9007199254740993}}',
    ],
  ]
  test.each(garbage)('answers %s', async (_, body) => {
    const reply = await answerTo({ body, options: { correlationId: 'garbage' } })
    expect(reply?.body).toEqual({
      error: 400,
      error_text: expect.not.stringMatching(/^$|private/),
      feedback_id: '',
      matching_field: 'email',
      profile_id: '',
    })
    expect(reply?.correlationId).toBe('garbage')
  })

  test('records one event for each message, as received, and its replies name the event', async () => {
    expect(await service.stop()).toBe(0)
    const events = await recordedEvents(bench)
    expect(collector.replies.map(({ importId, position }) => [importId, position])).toEqual(
      events.map(({ event, position }) => [event.public.import_id, position]),
    )
    const bytes = events.find(({ event }) => event.message.encoding === 'base64')
    const oversize = events.find(({ event }) => event.message.truncated)
    expect(Buffer.from(bytes?.event.message.body ?? '', 'base64').length).toBe(16_384)
    expect(oversize?.event.personal.bytes).toBeGreaterThan(140_000)
    expect(service.lines.join('\n')).not.toContain('with other arguments')
  })

  test('writes refused messages with their feedback_id to the failure log', async () => {
    const failures = readFileSync(join(bench.folder, 'job_server.log'), 'utf8')
    const logged = failures
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
    const rejected = collector.replies.filter(({ verdict }) => verdict === 'rejected')
    expect(logged.map(({ import_id }) => import_id)).toEqual(rejected.map(({ importId }) => importId))
    expect(logged).toContainEqual(
      expect.objectContaining({
        feedback_id: 'f-400',
        code: 400,
        reason: 'BadMember',
        members: [expect.any(String)],
      }),
    )
  })
})
