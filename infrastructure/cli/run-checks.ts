import { isEngineError } from '../../application/error-without-text.ts'
import { orLate } from '../../application/or-late.ts'
import type { CheckedPlace } from '../../application/ports/check.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { redactUrl } from '../log/redact-url.ts'

interface CheckResult {
  readonly isFailed: boolean
  /** What was tried, and with which result. */
  readonly line: string
}

/** Milliseconds that a check may take. */
const patience = 5000

/** Runs all checks, one after the other. The checks of a place that cannot be opened are left out. */
export async function* runChecks(
  places: ReadonlyArray<CheckedPlace>,
  clock: Clock,
): AsyncGenerator<CheckResult> {
  for (const { name, open } of places) {
    const opening = open()
    const [result, place] = await resultOf(name, clock, opening, (opened) => opened.remark)
    yield result
    if (place === undefined) {
      opening.then((late) => late.close()).catch(() => {})
      continue
    }
    try {
      for (const check of place.checks) {
        const [checked] = await resultOf(check.name, clock, check.run(), (remark) => remark)
        yield checked
      }
    } finally {
      await place.close()
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
    if (typeof value === 'symbol') throw new Error(silence)
    const remark = remarkOf(value)
    return [{ isFailed: false, line: `${name}: ok${remark === undefined ? '' : ` (${remark})`}` }, value]
  } catch (error) {
    return [{ isFailed: true, line: `${name}: failed: ${textOf(error)}` }, undefined]
  }
}

const silence = `no answer within ${patience / 1000} s: look whether it hangs, or the network drops its answers`

/** An error of the engine may contain the offending value. */
const textOf = (error: unknown): string => {
  if (!(error instanceof Error) || isEngineError(error)) return 'internal error'
  return redactUrl(error.message)
}
