import { cpus } from 'node:os'
import type { LoadOptions } from './options.ts'
import type { Replies } from './replies.ts'
import type { Phase } from './watch.ts'

/** Messages per second in the phases before and after a trouble. */
export interface Recovery {
  readonly name: string
  readonly before: number
  readonly after: number
}

export interface Findings extends LoadOptions {
  readonly base: number
  readonly phases: ReadonlyArray<Phase>
  /** Megabytes, in chronological order, once the service is warm. */
  readonly anonymous: ReadonlyArray<number>
  readonly recoveries: ReadonlyArray<Recovery>
  /** The backlog has outlasted the phases. */
  readonly enough: boolean
  readonly warnings: ReadonlyArray<string>
  readonly replies: Replies
  /** `waiting`: in the queue. */
  readonly left: { readonly waiting: number; readonly unanswered: number }
  /** Whether the whole backlog should be worked off. */
  readonly whole: boolean
  /** In the log. */
  readonly events: number
}

export type Report = ReturnType<typeof reportOf>

/** The minimum ratio of the speed after a trouble to that before, and the maximum growth of memory. */
const recovered = 0.7
const grown = 1.25

/** What is printed to standard output; `broken` says which promises were not kept. */
export const reportOf = (findings: Findings) => {
  const { stack, backlog, base, seconds, replies, left } = findings
  const lost = findings.warnings.filter((line) => line.includes('lost the connection to RabbitMQ')).length
  const recoveries = findings.recoveries.map(({ name, before, after }) => ({
    name,
    ratio: rounded(after / before, 3),
  }))
  const memory = memoryOf(findings.anonymous)
  const done = replies.answered()
  return {
    stack,
    backlog,
    base,
    seconds,
    node: process.version,
    cpus: cpus().length,
    phases: findings.phases.map(describePhase),
    recoveries,
    memory,
    connections_lost: lost,
    warnings: findings.warnings.length,
    answered: done,
    replies_repeated: replies.repeated(),
    left_in_queue: left.waiting,
    outcomes: Object.fromEntries(replies.outcomes),
    broken: [
      ...(findings.enough ? [] : ['the backlog was too small for the phases']),
      ...(lost > 0 ? ['a connection to the broker was lost'] : []),
      ...recoveries.flatMap(({ name, ratio }) => (ratio >= recovered ? [] : [`no recovery after: ${name}`])),
      ...(memory.ratio <= grown ? [] : ['memory grows']),
      ...(findings.whole && left.waiting > 0 ? ['the backlog is not worked off'] : []),
      ...(left.unanswered === 0 ? [] : [`messages without a reply: ${left.unanswered}`]),
      ...(findings.events === base + done
        ? []
        : [`events that are not one for each message: ${findings.events}`]),
      ...outcomesBroken(replies, done),
    ],
  }
}

/** The workload creates with every odd message, and updates with every other one. */
const outcomesBroken = ({ outcomes }: Replies, done: number): ReadonlyArray<string> => {
  const [created, updated] = [outcomes.get('created') ?? 0, outcomes.get('updated') ?? 0]
  return created === Math.ceil(done / 2) && updated === Math.floor(done / 2)
    ? []
    : ['outcomes are not as expected']
}

const describePhase = (phase: Phase) => ({
  name: phase.name,
  seconds: rounded(phase.seconds, 1),
  rate: rounded(phase.rate),
  loop_delay_p99_ms: phase.loopDelayP99 === null ? null : rounded(phase.loopDelayP99),
  loop_delay_max_ms: phase.loopDelayMax === null ? null : rounded(phase.loopDelayMax),
  anonymous_mb: phase.anonymous,
})

/** The peaks of the first and the last third of the time. */
const memoryOf = (anonymous: ReadonlyArray<number>) => {
  const third = Math.ceil(anonymous.length / 3)
  const [first, last] = [Math.max(...anonymous.slice(0, third)), Math.max(...anonymous.slice(-third))]
  return { first_third_mb: first, last_third_mb: last, ratio: rounded(last / first, 3) }
}

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))
