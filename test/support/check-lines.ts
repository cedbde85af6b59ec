import type { CheckGroup } from '../../application/ports/check.ts'
import { checkLine } from '../../infrastructure/cli/check-line.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { runChecks } from '../../service/run-checks.ts'

/** What `check-config --connect` prints of a group of checks. */
export const checkLines = async (group: CheckGroup): Promise<ReadonlyArray<string>> => {
  const lines: Array<string> = []
  for await (const result of runChecks([group], systemClock)) lines.push(checkLine(result))
  return lines
}
