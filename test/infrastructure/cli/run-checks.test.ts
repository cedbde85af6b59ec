import { expect, test } from 'vitest'
import type { CheckedPlace } from '../../../application/ports/check.ts'
import type { Clock } from '../../../application/ports/clock.ts'
import { runChecks } from '../../../infrastructure/cli/run-checks.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'

/** Every time limit ends at once. */
const hastyClock: Clock = { ...systemClock, sleep: (_, signal) => systemClock.sleep(10, signal) }

const never = () => new Promise<never>(() => {})

const linesOf = async (...places: ReadonlyArray<CheckedPlace>) => {
  const lines: Array<string> = []
  for await (const { isFailed, line } of runChecks(places, hastyClock)) {
    expect(isFailed).toBe(line.includes(': failed: '))
    lines.push(line)
  }
  return lines
}

test('checks go on after one that fails or is not answered, and end with the place closed', async () => {
  let closed = 0
  const place: CheckedPlace = {
    name: 'server',
    open: async () => ({
      remark: 'version 1',
      checks: [
        { name: 'one', run: () => Promise.reject(new Error('refused at amqp://ann:hush@host: let it in')) },
        { name: 'two', run: never },
        { name: 'three', run: async () => undefined },
      ],
      close: async () => {
        closed++
      },
    }),
  }
  expect(await linesOf(place)).toEqual([
    'server: ok (version 1)',
    'one: failed: refused at amqp://***@host: let it in',
    expect.stringMatching(/^two: failed: no answer within 5 s: /),
    'three: ok',
  ])
  expect(closed).toBe(1)
})

test('the checks of a place that cannot be opened are left out, and others are not', async () => {
  let answer = () => {}
  let isClosed = false
  const hanging: CheckedPlace = {
    name: 'hanging',
    open: async () => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      const close = async () => {
        isClosed = true
      }
      return { remark: undefined, checks: [], close }
    },
  }
  const defective: CheckedPlace = {
    name: 'defective',
    open: () => Promise.reject(new TypeError('cannot read the value "ann@example.com"')),
  }
  const well: CheckedPlace = {
    name: 'well',
    open: async () => ({ remark: undefined, checks: [], close: async () => {} }),
  }
  expect(await linesOf(hanging, defective, well)).toEqual([
    expect.stringMatching(/^hanging: failed: no answer within 5 s/),
    'defective: failed: internal error',
    'well: ok',
  ])
  answer()
  await expect.poll(() => isClosed).toBe(true)
})
