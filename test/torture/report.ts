import type { Judged } from './oracle.ts'
import type { Inflicted } from './storm.ts'

export interface Findings {
  readonly minutes: number
  readonly seed: number
  /** From the start of the service until all was answered. */
  readonly seconds: number
  readonly published: number
  readonly publishedAgain: number
  readonly uncertain: number
  readonly replies: number
  readonly repliedPositions: number
  readonly judged: Judged
  readonly faults: ReadonlyArray<Inflicted>
  readonly endsWhileFull: number
  readonly diskFull: string
  readonly violations: ReadonlyArray<unknown>
}

export type Report = ReturnType<typeof reportOf>

/** What goes to standard output. */
export const reportOf = (findings: Findings) => {
  const { judged, faults, seconds, replies, repliedPositions, ...rest } = findings
  const byKind: Record<string, number> = {}
  for (const { fault } of faults) byKind[fault.kind] = (byKind[fault.kind] ?? 0) + 1
  const recoveries = faults.flatMap(({ recoveredAfter }) => recoveredAfter ?? []).sort((a, b) => a - b)
  return {
    ...rest,
    ...judged,
    seconds: Math.round(seconds),
    messagesPerSecond: Math.round(findings.published / seconds),
    replies,
    repeatedReplies: replies - repliedPositions,
    faults: byKind,
    recoveryMs: { median: recoveries[recoveries.length >> 1], longest: recoveries.at(-1) },
  }
}
