import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'
import { noProductionStack, type ProductionStack, startProductionStack } from './production-stack.ts'

const total = 800
const kills = 3

describe.skipIf(noProductionStack)('killed in mid-stream again and again, on servers', () => {
  let stack: ProductionStack
  beforeAll(async () => {
    stack = await startProductionStack()
  })
  afterAll(() => stack?.dispose())

  test('loses and doubles nothing', async () => {
    // Small batches, for more critical moments.
    const settings = { BATCH_SIZE: '20' }
    const collector = await stack.collect()
    await stack.publish(countingMessages(0, total, true, stack.account))
    let answered = 0
    for (let i = 0; i < kills; i++) {
      const service = stack.start({ settings })
      await service.ready()
      await collector.answered(answered + 100)
      await sleep(100 * Math.random())
      await service.kill()
      answered = new Set(collector.replies.map(({ correlationId }) => correlationId)).size
    }
    expect(answered).toBeLessThan(total)
    const last = stack.start({ settings })
    await collector.answered(total)
    expect(await last.stop()).toBe(0)
    await collector.close()

    await expectEachCountedOnce(stack, total, stack.account)
    expectEachAnswered(collector.replies, total)
    await stack.run('verify')
  })
})
