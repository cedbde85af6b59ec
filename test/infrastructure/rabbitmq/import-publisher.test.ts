import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { ImportId } from '../../../domain/ids.ts'
import type { ImportMessage } from '../../../infrastructure/rabbitmq/import-publisher.ts'
import { rabbitMqPublisher } from '../../../infrastructure/rabbitmq/import-publisher.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import type { BrokerBench } from '../../support/rabbitmq/broker-bench.ts'
import { brokerBench } from '../../support/rabbitmq/broker-bench.ts'

const url = inject('rabbitmqUrl') ?? ''

async function* stream(messages: Iterable<ImportMessage>): AsyncGenerator<ImportMessage> {
  yield* messages
}

describe.skipIf(url === '')('rabbitMqPublisher', () => {
  let bench: BrokerBench
  beforeEach(async () => {
    bench = await brokerBench(url)
  })
  afterEach(() => bench.dispose())

  const publisher = () =>
    rabbitMqPublisher({
      connection: bench.connection('send'),
      queue: bench.importQueue,
      queueType: 'classic',
      clock: systemClock,
      logger: bench.logger,
    })

  test('sends persistent messages in order, each with its id, and counts those that arrived', async () => {
    const messages = Array.from({ length: 5000 }, (_, i) => ({ body: `{"n":${i}}`, messageId: `m${i}` }))
    const progress: Array<number> = []
    expect(await publisher().send(stream(messages), (sent) => progress.push(sent))).toBe(5000)
    expect(progress.at(-1)).toBe(5000)
    expect(progress).toEqual([...progress].sort((a, b) => a - b))
    const arrived = await bench.collect(bench.importQueue, 5000)
    expect(arrived.map(({ content, properties }) => [content.toString(), properties.messageId])).toEqual(
      messages.map(({ body, messageId }) => [body, messageId]),
    )
    expect(arrived.every(({ properties }) => properties.deliveryMode === 2)).toBe(true)
  })

  test('names the import that a message resubmits, with its mark, and leaves bytes unchanged', async () => {
    const replayOf = '0b5ab2d0-9d3c-5d7c-8a0e-3c9d6a0f5a11' as ImportId
    const body = new Uint8Array([1, 2, 0xff, 0xfe, 3]).subarray(1, 4)
    const options = { fixes: '[]', overwrite: true } as const
    await publisher().send(
      stream([
        { body, messageId: 'm', replay: { replayOf, mark: 'ab12' } },
        { body, messageId: 'n', replay: { replayOf, mark: 'cd34', ...options } },
      ]),
    )
    const [message, fixed] = await bench.collect(bench.importQueue, 2)
    expect([...(message?.content ?? [])]).toEqual([2, 0xff, 0xfe])
    expect(message?.properties.headers).toEqual({ replay_of: replayOf, replay_mark: 'ab12' })
    expect(fixed?.properties.headers).toEqual({
      ...{ replay_of: replayOf, replay_mark: 'cd34' },
      ...{ replay_fixes: '[]', replay_overwrite: true },
    })
  })

  test('does not delay messages of a slow source to wait for more', async () => {
    const { promise: end, resolve } = withResolvers()
    const sending = publisher().send(
      (async function* () {
        yield { body: '1', messageId: '1' }
        yield { body: '2', messageId: '2' }
        await end
      })(),
    )
    await bench.channel.assertQueue(bench.importQueue, { durable: true })
    expect(await bench.collect(bench.importQueue, 2)).toHaveLength(2)
    resolve()
    expect(await sending).toBe(2)
  })

  test('refuses a message id that AMQP cannot carry', async () => {
    const long = [{ body: '{}', messageId: 'x'.repeat(256) }]
    await expect(publisher().send(stream(long))).rejects.toThrow('1 to 255 bytes')
  })

  test('passes on the failure of its source once everything before it is published and counted', async () => {
    const broken = (async function* (): AsyncGenerator<ImportMessage> {
      for (const messageId of ['a', 'b', 'c']) yield { body: '{}', messageId }
      throw new Error('no such file')
    })()
    const progress: Array<number> = []
    await expect(publisher().send(broken, (sent) => progress.push(sent))).rejects.toThrow('no such file')
    expect(progress.at(-1)).toBe(3)
    const arrived = await bench.collect(bench.importQueue, 3)
    expect(arrived.map(({ properties }) => properties.messageId)).toEqual(['a', 'b', 'c'])
  })

  test('gives up when it is closed', async () => {
    const options = { durable: true, maxLength: 1, overflow: 'reject-publish' }
    await bench.channel.assertQueue(bench.importQueue, options)
    const sender = publisher()
    const three = ['a', 'b', 'c'].map((messageId) => ({ body: '{}', messageId }))
    const outcome = expect(sender.send(stream(three))).rejects.toThrow('closed')
    await expect
      .poll(() => bench.lines.some((line) => line.includes('broker refused messages')), { timeout: 5000 })
      .toBe(true)
    sender.close()
    await outcome
  })
})

const withResolvers = () => {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
