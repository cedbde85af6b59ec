import type { Fault } from './fault-plan.ts'
import type { Judged } from './oracle.ts'
import type { Inflicted } from './storm.ts'

export interface Findings {
  readonly minutes: number
  readonly seed: number
  readonly stack: string
  /** What it was made of. */
  readonly about: Readonly<Record<string, unknown>>
  /** From the start of the service until everything was answered. */
  readonly seconds: number
  readonly published: number
  readonly publishedAgain: number
  readonly uncertain: number
  readonly replies: number
  readonly repliedPositions: number
  readonly judged: Judged
  readonly faults: ReadonlyArray<Inflicted>
  /** How often another service took over the queue. */
  readonly takeovers: number
  readonly endsWhileFull: number
  readonly violations: ReadonlyArray<unknown>
}

export type Report = ReturnType<typeof reportOf>

/** The content of standard output. */
export const reportOf = (findings: Findings) => {
  const { about, judged, faults, seconds, replies, repliedPositions, ...rest } = findings
  const byKind: Record<string, number> = {}
  for (const { fault } of faults) byKind[nameOf(fault)] = (byKind[nameOf(fault)] ?? 0) + 1
  const recoveries = faults.flatMap(({ recoveredAfter }) => recoveredAfter ?? []).sort((a, b) => a - b)
  return {
    ...about,
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

const nameOf = (fault: Fault): string => {
  if (fault.kind === 'service-killed') return `${fault.kind} ${fault.whom}`
  return 'server' in fault ? `${fault.kind} ${fault.server}` : fault.kind
}
