import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type StandIn, startStandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import type { PrivateServer } from '../../support/mongodb/server/private-server.ts'
import { startPrivateServer } from '../../support/mongodb/server/start-private-server.ts'
import type { ReplyCollector } from '../../support/rabbitmq/queues.ts'
import type { Service } from '../../support/real-processes/service.ts'
import { until } from '../../support/until.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'
import { noProductionStack, type ProductionStack, startProductionStack } from './production-stack.ts'

/** Seconds that a shutdown may take while no store answers. */
const longestStop = 20

/** No real EventStoreDB goes away on demand, so this is always the stand-in. */
describe.skipIf(noProductionStack || !inject('mongodbPrivate'))('serve, when the stores go away', () => {
  let eventStore: StandIn
  let mongodb: PrivateServer
  let stack: ProductionStack
  let collector: ReplyCollector
  let service: Service
  let published = 0
  beforeAll(async () => {
    eventStore = await startStandIn()
    mongodb = await startPrivateServer()
    stack = await startProductionStack(undefined, { eventStoreUrl: eventStore.url, mongodbUrl: mongodb.url })
    collector = await stack.collect()
  })
  afterAll(async () => {
    await collector?.close()
    await stack?.dispose()
    await mongodb?.dispose()
    await eventStore?.close()
  })

  const start = () => stack.start({ settings: { BATCH_SIZE: '20' } })
  const publish = async (messages: number) => {
    await stack.publish(countingMessages(published, published + messages, true, stack.account))
    published += messages
  }
  const missesStores = () =>
    until(async () => {
      const { status, text } = await service.get('/health/ready')
      return status === 503 && /(event store|read models): \w/.test(text)
    })

  test('waits for them at startup', async () => {
    eventStore.down = true
    await mongodb.kill()
    service = start()
    await service.says(' unavailable: retrying')
    await missesStores()
    expect(await service.get('/health/live')).toMatchObject({ status: 200 })
    eventStore.down = false
    await service.says('MongoServerSelectionError')
    await mongodb.start()
    await service.ready()
    await publish(1)
    await collector.answered(1)
  })

  test('continues when they are back in mid-stream', async () => {
    eventStore.faults.appends.push({ tag: 'Cut', applied: true }, { tag: 'Cut', applied: false })
    await publish(600)
    await collector.answered(published - 450)
    eventStore.cut()
    await collector.answered(published - 400)
    eventStore.down = true
    await missesStores()
    eventStore.down = false
    await service.ready()
    await collector.answered(published - 250)
    await mongodb.kill()
    await missesStores()
    await mongodb.start()
    await service.ready()
    await collector.answered(published)
  })

  test('does not wait for them on shutdown; the next start completes what it had taken', async () => {
    await publish(200)
    await collector.answered(published - 150)
    eventStore.down = true
    await mongodb.kill()
    const began = performance.now()
    expect(await service.stop()).toBe(0)
    expect(performance.now() - began).toBeLessThan(longestStop * 1000)
    eventStore.down = false
    await mongodb.start()

    service = start()
    await collector.answered(published)
    expect(await service.stop()).toBe(0)
    await expectEachCountedOnce(stack, published, stack.account)
    expectEachAnswered(collector.replies, published)
    await stack.run('verify')
  })
})
