import { expect, onTestFinished, test } from 'vitest'
import type { Clock } from '../../application/ports/clock.ts'
import type { Probed } from '../../application/ports/probed.ts'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { createComponents } from '../../service/components.ts'
import { keepProbing } from '../../service/prober.ts'
import { createTroubles } from '../../service/troubles.ts'
import { until } from '../support/until.ts'

/** A hundred times as fast. */
const clock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) }
const silent = { error: () => {}, warn: () => {} }

const probing = (...probed: ReadonlyArray<Probed>) => {
  const [troubles, components] = [createTroubles(clock, silent), createComponents(silent)]
  const ending = new AbortController()
  const ended = keepProbing(probed, { clock, troubles, components }, ending.signal)
  onTestFinished(async () => {
    ending.abort()
    await ended
  })
  return { troubles, components }
}
const probe = (name: string, ask: Probed['probe']): Probed => ({ name, part: name, probe: ask })
const never = new Promise<void>(() => {})

test('one that is silent is in trouble until it answers, and nobody waits for the silent answer any more', async () => {
  const signals: Array<AbortSignal> = []
  let hangs = true
  const { troubles } = probing(
    probe('event store', (signal) => {
      signals.push(signal)
      return hangs ? never : Promise.resolve()
    }),
  )
  await until(() => troubles.present().length > 0)
  expect(troubles.present()).toEqual([{ with: 'event store', cause: 'no answer within 5 s' }])
  expect(signals[0]?.aborted).toBe(true)
  hangs = false
  await until(() => troubles.present().length === 0)
})

test('one that fails is in trouble with the cause that it names, until it answers', async () => {
  let trouble: Error | undefined = new StoreTrouble('read models', 'refusing', 'wrong password')
  const { troubles } = probing(
    probe('read models', async () => {
      if (trouble !== undefined) throw trouble
    }),
  )
  await until(() => troubles.present().length > 0)
  expect(troubles.present()).toEqual([{ with: 'read models', cause: 'wrong password' }])
  trouble = undefined
  await until(() => troubles.present().length === 0)
})

test('two connections to one broker are one trouble, which is over when both answer', async () => {
  let [first, second] = [true, true]
  const { troubles } = probing(
    { name: 'broker', part: 'imports', probe: () => (first ? never : Promise.resolve()) },
    { name: 'broker', part: 'replies', probe: () => (second ? never : Promise.resolve()) },
  )
  await until(() => troubles.present().length > 0)
  first = false
  await systemClock.sleep(200)
  expect(troubles.present()).toHaveLength(1)
  second = false
  await until(() => troubles.present().length === 0)
})

test('one that hangs does not delay another', async () => {
  let asked = 0
  probing(
    probe('event store', () => never),
    probe('read models', async () => {
      asked++
    }),
  )
  await until(() => asked > 3)
})

test('a defect in a probe is no trouble, but is told, until the probe works', async () => {
  let broken = true
  const { troubles, components } = probing(
    probe('event store', async () => {
      if (broken) throw new TypeError('ours')
    }),
  )
  await until(() => components.defective.has('probe of event store'))
  expect(troubles.present()).toEqual([])
  broken = false
  await until(() => components.defective.size === 0)
})
