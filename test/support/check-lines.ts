import type { CheckedPlace } from '../../application/ports/check.ts'
import { runChecks } from '../../infrastructure/cli/run-checks.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'

/** What `check-config --connect` prints of a place. */
export const checkLines = async (place: CheckedPlace): Promise<ReadonlyArray<string>> => {
  const lines: Array<string> = []
  for await (const { line } of runChecks([place], systemClock)) lines.push(line)
  return lines
}
