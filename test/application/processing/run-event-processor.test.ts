import { describe, expect, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { StoreTrouble } from '../../../application/ports/store-trouble.ts'
import { runEventProcessor } from '../../../application/processing/run-event-processor.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { givenPipeline } from '../../support/pipeline/given-pipeline.ts'
import { until } from '../../support/until.ts'

const ports = { clock: systemClock, chance: () => 0 }

const away = new StoreTrouble('event store', 'away', 'the answer was lost')

describe('an event processor with nothing to apply', () => {
  const idle = { name: 'idle', checkpoint: async () => beginning, apply: async () => 'applied' as const }
  const noting = () => {
    const told: Array<string> = []
    return { told, applied: () => {}, failed: () => told.push('failed'), recovered: () => told.push('over') }
  }

  test('stays in trouble while its subscription fails at once, and waits longer each time', async () => {
    const { eventStore } = givenPipeline().stores
    const ending = new AbortController()
    const observer = noting()
    const subscribing = {
      ...eventStore,
      // biome-ignore lint/correctness/useYield: it fails before it yields anything.
      async *subscribe() {
        throw away
      },
    }
    const running = runEventProcessor(
      idle,
      subscribing,
      { ...ports, chance: () => 1 },
      observer,
      ending.signal,
    )
    await systemClock.sleep(800)
    ending.abort()
    await running
    // After 50, 100, 200 and 400 ms.
    expect(observer.told.length).toBeLessThanOrEqual(5)
    expect(new Set(observer.told)).toEqual(new Set(['failed']))
  })

  test('has recovered once its subscription lasts', async () => {
    const { eventStore } = givenPipeline().stores
    const ending = new AbortController()
    const observer = noting()
    let failures = 2
    const store = {
      ...eventStore,
      async *subscribe(...asked: Parameters<typeof eventStore.subscribe>) {
        if (failures-- > 0) throw away
        yield* eventStore.subscribe(...asked)
      },
    }
    const running = runEventProcessor(idle, store, ports, observer, ending.signal)
    await until(() => observer.told.includes('over'))
    ending.abort()
    await running
    expect(observer.told).toEqual(['failed', 'failed', 'over'])
  })
})
