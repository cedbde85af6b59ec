import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { serviceBench } from '../../support/real-processes/service-bench.ts'

const message = { body: '{"account_id":1,"db_id":1,"email":"ann@example.com","data":{}}' }

describe.skipIf(!inject('rabbitmqPrivate'))('status, beside a service', () => {
  test('tells who holds the data folder, what waits in the queues, and how far the replies are', async () => {
    const broker = await startPrivateBroker()
    const bench = serviceBench(broker.url)
    onTestFinished(async () => {
      await bench.dispose()
      await broker.dispose()
    })
    const status = async () => JSON.parse((await bench.run('status'))[0] ?? '')
    const service = bench.start()
    await service.ready()
    const started = Date.now()
    const { pid } = JSON.parse(service.lines[0] ?? '')
    const { service: holder } = await status()
    expect(holder).toEqual({ pid, version: expect.any(String), since: expect.any(String) })
    expect(Date.parse(holder.since)).toBeLessThanOrEqual(started)

    await bench.publish([message])
    await bench.recorded(1)
    expect(await service.stop()).toBe(0)
    await bench.publish([message, message])
    const stopped = await status()
    expect(stopped).toMatchObject({
      service: null,
      broker: {
        queues: [
          { name: bench.importQueue, messages: 2 },
          { name: bench.resultQueue, messages: 1 },
        ],
      },
      replies: { queue: bench.importQueue, checkpoint: '1', lag: 0, lag_seconds: 0 },
    })

    await broker.suspend()
    const began = performance.now()
    const { broker: told, log } = await status()
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(told).toEqual({ trouble: 'connect ETIMEDOUT' })
    expect(log.end).toBe('1')
    await broker.resume()
  })
})
