import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { connectRabbitMq } from '../../../infrastructure/rabbitmq/connection.ts'
import { importQueueDeclaration } from '../../../infrastructure/rabbitmq/import-queue.ts'
import { rabbitMqSource } from '../../../infrastructure/rabbitmq/source.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { createTroubles } from '../../../service/troubles.ts'
import { brokerBench } from '../../support/rabbitmq/broker-bench.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { recordedLogger } from '../../support/recorded-logger.ts'
import { until } from '../../support/until.ts'

/** Half a minute passes in three seconds. */
const hurriedClock = {
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 10, signal),
}

describe.skipIf(!inject('rabbitmqPrivate'))('a queue that does not answer', () => {
  let broker: PrivateBroker
  beforeAll(async () => {
    broker = await startPrivateBroker()
  }, 300_000)
  afterAll(() => broker?.dispose())

  test('is reported, tried again, and consumed once it answers', { timeout: 300_000 }, async () => {
    const queue = 'database_import'
    const bench = await brokerBench(broker.url)
    await bench.channel.assertQueue(queue, importQueueDeclaration('classic'))
    await bench.dispose()
    const process = (does: 'suspend' | 'resume') =>
      broker.control(
        'eval',
        `{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>)), sys:${does}(amqqueue:get_pid(Q)).`,
      )
    await process('suspend')

    const { logger, lines } = recordedLogger()
    const shared = { clock: hurriedClock, chance: systemChance, logger }
    const connection = connectRabbitMq({
      ...shared,
      url: broker.url,
      name: 'source',
      troubles: createTroubles(systemClock, logger),
    })
    const source = rabbitMqSource({
      ...shared,
      connection,
      queue,
      queueType: 'classic',
      prefetch: 10,
      maxMessageBytes: 1000,
    })
    const opening = source.open(new AbortController().signal)
    await until(() => lines.some((line) => line.includes('the broker has not answered for 30 s')))
    await process('resume')
    const session = await opening
    expect(session).toBeDefined()
    expect(lines.some((line) => line.includes(`queue ${queue} available again`))).toBe(true)
    await session?.close()
    await connection.close()
  })
})
