import type { CheckResult } from '../../service/run-checks.ts'
import { redactUrl } from '../log/redact-url.ts'

/** What was tried, and with which result. */
export const checkLine = ({ name, problem, remark }: CheckResult): string => {
  if (problem !== undefined) return `${name}: failed: ${redactUrl(problem)}`
  return `${name}: ok${remark === undefined ? '' : ` (${remark})`}`
}
