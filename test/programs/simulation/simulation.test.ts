import { describe, expect, test } from 'vitest'
import { answerDefects } from './defects/answer-defects.ts'
import { catchDefect } from './defects/catch-defect.ts'
import { formerDefects } from './defects/former-defects.ts'
import { importerDefects } from './defects/importer-defects.ts'
import { projectionDefects } from './defects/projection-defects.ts'
import { replayDefects } from './defects/replay-defects.ts'
import { restoreDefects } from './defects/restore-defects.ts'
import { simulate } from './simulate.ts'

test('every promise is kept, whatever happens to the pipeline', async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const { violations } = await simulate(seed)
    expect({ seed, violations }).toEqual({ seed, violations: [] })
  }
})

test('a seed determines the whole history', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const first = await simulate(seed, { traced: true })
    expect(first.trace.length).toBeGreaterThan(20)
    expect(await simulate(seed, { traced: true })).toEqual(first)
  }
})

const defects = [
  ...importerDefects,
  ...answerDefects,
  ...projectionDefects,
  ...restoreDefects,
  ...replayDefects,
  ...formerDefects,
]

describe('the oracle catches a program that', () => {
  test.each(defects.map((defect) => [defect.name, defect] as const))('%s', async (_, defect) => {
    const caught = await catchDefect(defect)
    expect(caught).toBeDefined()
    // The planted defect is gone again, and the same history keeps every promise.
    if (caught !== undefined) {
      const { violations } = await simulate(
        caught.seed,
        defect.focus === undefined ? {} : { focus: defect.focus },
      )
      expect(violations).toEqual([])
    }
  })
})
