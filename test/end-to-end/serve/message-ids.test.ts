import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { CollectedReply, ReplyCollector } from '../../support/rabbitmq/queues.ts'
import { recordedEvents } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'

const rabbitmqUrl = inject('rabbitmqUrl')

const body = (value: number): string =>
  JSON.stringify({
    account_id: 1,
    db_id: 7,
    email: 'ann@private.example',
    data: { visits: { action: 'incr', value } },
  })

describe.skipIf(rabbitmqUrl === undefined)('serve: a repeated message_id', () => {
  let bench: ServiceBench
  let collector: ReplyCollector
  beforeAll(async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    collector = await bench.collect()
  })
  afterAll(() => bench?.dispose())

  const send = (messages: ReadonlyArray<readonly [value: number, options: object]>) =>
    bench.publish(messages.map(([value, options]) => ({ body: body(value), options })))
  const said = ({ body, verdict }: CollectedReply) => [verdict, Object(body).error]
  const id = { messageId: 'm' }
  const otherApp = { messageId: 'm', appId: 'other' }

  test('is imported once, whatever the batch, and refused with another body', async () => {
    // In the queue before the service starts, so that they come in one batch.
    await send([
      [1, id],
      [1, id],
      [10, id],
      [10, id],
      [100, otherApp],
      [1000, {}],
      [1000, {}],
    ])
    const first = bench.start()
    await expect.poll(() => collector.replies.length, { timeout: 30_000 }).toBe(7)
    expect(await first.stop()).toBe(0)
    expect(collector.replies.map(said)).toEqual([
      ['created', 0],
      ['duplicate', 0],
      ['rejected', 409],
      ['duplicate', 409],
      ['updated', 0],
      ['updated', 0],
      ['updated', 0],
    ])
    expect(collector.replies[1]?.body).toEqual(collector.replies[0]?.body)
  })

  test('is still known after a restart', async () => {
    await send([
      [1, id],
      [10, id],
      [10_000, id],
      [100, otherApp],
    ])
    const second = bench.start()
    await expect.poll(() => collector.replies.length, { timeout: 30_000 }).toBe(11)
    expect(await second.stop()).toBe(0)
    expect(collector.replies.slice(7).map(said)).toEqual([
      ['duplicate', 0],
      ['duplicate', 409],
      ['rejected', 409],
      ['duplicate', 0],
    ])
  })

  test('is recorded as a repetition, and changes nothing twice', async () => {
    const events = await recordedEvents(bench)
    const repeated = events.flatMap(({ event }) =>
      event.type === 'ImportRepeated' ? [event.public.first_import_id] : [],
    )
    const [first, , refused, , other] = events.map(({ event }) => event.public.import_id)
    expect(repeated).toEqual([first, refused, first, refused, other])
    const find = ['--account', '1', '--db', '7', '--email', 'ann@private.example']
    const [line] = await bench.run('find', ...find)
    expect(JSON.parse(line ?? '').fields.visits).toBe(1 + 100 + 1000 + 1000)
    await bench.run('verify')
  })
})
