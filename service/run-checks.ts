import { isEngineError } from '../application/error-without-text.ts'
import { aborted } from '../application/or-aborted.ts'
import { late, orLate } from '../application/or-late.ts'
import type { CheckGroup } from '../application/ports/check.ts'
import type { Clock } from '../application/ports/clock.ts'

export interface CheckResult {
  readonly name: string
  /** What is wrong and what to do; undefined if the check passed. */
  readonly problem: string | undefined
  /** Of a check that passed. */
  readonly remark: string | undefined
}

/** Milliseconds that a check may take. */
const patience = 5000

/** Runs all checks, one after the other. The checks of a group that cannot be opened are left out. */
export async function* runChecks(
  groups: ReadonlyArray<CheckGroup>,
  clock: Clock,
): AsyncGenerator<CheckResult> {
  for (const { name, open } of groups) {
    const opening = open()
    const [result, group] = await resultOf(name, clock, opening, (opened) => opened.remark)
    yield result
    if (group === undefined) {
      opening.then((opened) => opened.close()).catch(() => {})
      continue
    }
    try {
      for (const check of group.checks) {
        const [checked] = await resultOf(check.name, clock, check.run(), (remark) => remark)
        yield checked
      }
    } finally {
      // Everything was tried, however this ends.
      await orLate(clock, patience, group.close()).catch(() => {})
    }
  }
}

/** The second is undefined if it failed, or took too long. */
const resultOf = async <A>(
  name: string,
  clock: Clock,
  running: Promise<A>,
  remarkOf: (value: A) => string | undefined,
): Promise<readonly [CheckResult, A | undefined]> => {
  try {
    const value = await orLate(clock, patience, running)
    // It has no signal that aborts.
    if (value === late || value === aborted) throw new Error(silence)
    return [{ name, problem: undefined, remark: remarkOf(value) }, value]
  } catch (error) {
    return [{ name, problem: problemOf(error), remark: undefined }, undefined]
  }
}

const silence = `no answer within ${patience / 1000} s: check whether it hangs or a firewall drops its answers`

/** An error of the engine may contain the offending value. */
const problemOf = (error: unknown): string =>
  error instanceof Error && !isEngineError(error) ? error.message : 'internal error'
