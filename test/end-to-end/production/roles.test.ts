import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Service } from '../../support/real-processes/service.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'
import { noProductionStack, type ProductionStack, startProductionStack } from './production-stack.ts'

const step = 200

describe.skipIf(noProductionStack)('serve --roles, with a process for each role, on servers', () => {
  let stack: ProductionStack
  beforeAll(async () => {
    stack = await startProductionStack()
  })
  afterAll(() => stack?.dispose())

  test('two of each are harmless, and a killed one is replaced by its twin', async () => {
    const startRole = (roles: string): Service =>
      stack.start({ argv: ['--roles', roles], settings: { BATCH_SIZE: '20' } })
    const collector = await stack.collect()
    let published = 0
    const publish = async () => {
      await stack.publish(countingMessages(published, published + step, true, stack.account))
      published += step
    }

    const roles = ['import', 'profiles', 'imports,refusals,search', 'replies'] as const
    await publish()
    const [importing, ...projecting] = roles.map(startRole)
    await collector.answered(published)

    const twins = roles.map(startRole)
    const [standby] = twins
    await standby?.says('another consumer owns the import queue: standing by')
    await Promise.all(twins.slice(1).map((service) => service.ready()))
    expect((await standby?.get('/health/ready'))?.status).toBe(503)
    await publish()
    await collector.answered(published)

    for (const first of [...projecting, importing]) {
      await publish()
      await collector.answered(published - step / 2)
      await first?.kill()
      await collector.answered(published)
    }
    await standby?.ready()
    await stack.projected()
    expect(await Promise.all(twins.map((service) => service.stop()))).toEqual([0, 0, 0, 0])
    await collector.close()

    await expectEachCountedOnce(stack, published, stack.account)
    expectEachAnswered(collector.replies, published)
    await stack.run('verify')
  })
})
