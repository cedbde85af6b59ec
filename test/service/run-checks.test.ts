import { expect, test } from 'vitest'
import type { CheckGroup, OpenedCheckGroup } from '../../application/ports/check.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { runChecks } from '../../service/run-checks.ts'

/** Every time limit ends at once. */
const hastyClock: Clock = { ...systemClock, sleep: (_, signal) => systemClock.sleep(10, signal) }

const never = () => new Promise<never>(() => {})

const resultsOf = async (...groups: ReadonlyArray<CheckGroup>) => {
  const results: Array<readonly [string, string | undefined]> = []
  for await (const { name, problem, remark } of runChecks(groups, hastyClock)) {
    expect(problem === undefined || remark === undefined).toBe(true)
    results.push([name, problem === undefined ? remark : `failed: ${problem}`])
  }
  return results
}

const opening = (name: string, opened: Partial<OpenedCheckGroup> = {}): CheckGroup => ({
  name,
  open: async () => ({ remark: undefined, checks: [], close: async () => {}, ...opened }),
})

test('checks go on after one that fails or is not answered, and end with the group closed', async () => {
  let closed = 0
  const group = opening('server', {
    remark: 'version 1',
    checks: [
      { name: 'one', run: () => Promise.reject(new Error('refused: let it in')) },
      { name: 'two', run: never },
      { name: 'three', run: async () => undefined },
    ],
    close: async () => {
      closed++
    },
  })
  expect(await resultsOf(group)).toEqual([
    ['server', 'version 1'],
    ['one', 'failed: refused: let it in'],
    ['two', expect.stringMatching(/^failed: no answer within 5 s: /)],
    ['three', undefined],
  ])
  expect(closed).toBe(1)
})

test('the checks of a group that cannot be opened are left out, and others are not', async () => {
  let answer = () => {}
  let isClosed = false
  const hanging: CheckGroup = {
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
  const defective: CheckGroup = {
    name: 'defective',
    open: () => Promise.reject(new TypeError('cannot read the value "ann@example.com"')),
  }
  expect(await resultsOf(hanging, defective, opening('well'))).toEqual([
    ['hanging', expect.stringMatching(/^failed: no answer within 5 s/)],
    ['defective', 'failed: internal error'],
    ['well', undefined],
  ])
  answer()
  await expect.poll(() => isClosed).toBe(true)
})

test.each([
  ['fails', () => Promise.reject(new Error('gone'))],
  ['hangs', never],
])('a group whose closing %s does not keep others from being checked', async (_, close) => {
  expect(await resultsOf(opening('one', { close }), opening('two'))).toEqual([
    ['one', undefined],
    ['two', undefined],
  ])
})
