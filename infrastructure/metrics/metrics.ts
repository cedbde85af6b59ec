import { Counter, Histogram, Registry } from 'prom-client'
import type { Clock } from '../../application/ports/clock.ts'
import { isNewer, type RecordedReason } from '../../domain/events/current.ts'
import { type Verdict, verdicts } from '../../domain/outcome.ts'
import { reasonCode, reasonTags } from '../../domain/reason.ts'
import { name } from './name.ts'

export interface Metrics {
  /** Messages taken from their source. */
  taken(messages: number): void
  /** Outcomes are durable. */
  recorded(): void
  answered(verdict: Verdict, imports: number): void
  /** For the code of a refusal and its first reason. */
  refused(code: number, reason: RecordedReason): void
  /** Redeliveries of messages that were already done, which are only acknowledged. */
  redeliveriesAbsorbed(messages: number): void
  appendConflict(): void
  appendUnknown(): void
  /** Messages that claimed to be replays without a valid mark. */
  replaysUnproven(messages: number): void
  batchDone(messages: number, seconds: number): void
  /** Seconds from taking a message to its confirmed reply. */
  replied(seconds: number): void
  /** Seconds since an outcome was recorded or answered, or since the start. */
  outcomeAge(): number
  readonly registry: Registry
}

/**
 * What happened in this process. Labels are few and fixed, and never contain anything from a message; each exists from the
 * start, so that the first event of its kind is an increase.
 */
export const createMetrics = (clock: Clock): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  const counter = (suffix: string, help: string) => new Counter({ name: name(suffix), help, registers })

  const taken = counter('messages_taken_total', 'Messages taken from their source')
  const outcomes = new Counter({
    name: name('imports_total'),
    help: 'Imports answered, by verdict',
    labelNames: ['verdict'],
    registers,
  })
  const refusals = new Counter({
    name: name('rejections_total'),
    help: 'Imports rejected, by reply code and first reason',
    labelNames: ['code', 'reason'],
    registers,
  })
  const absorbed = counter('redeliveries_absorbed_total', 'Redelivered messages that were already done')
  const conflicts = counter('append_conflicts_total', 'Appends that conflicted with their expected revision')
  const unknowns = counter('append_unknown_total', 'Appends with an unknown outcome')
  const replaysUnproven = counter(
    'replay_marks_refused_total',
    'Messages that claimed to be replays without a valid mark',
  )
  const batchSizes = new Histogram({
    name: name('batch_messages'),
    help: 'Messages in a batch',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
    registers,
  })
  const batchDurations = new Histogram({
    name: name('batch_duration_seconds'),
    help: 'Time from taking a batch to its durable outcomes',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  })
  const latencies = new Histogram({
    name: name('reply_latency_seconds'),
    help: 'Time from taking a message to its confirmed reply',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
    registers,
  })
  let lastOutcome = clock.elapsed()
  for (const verdict of verdicts) outcomes.inc({ verdict }, 0)
  for (const tag of reasonTags) refusals.inc({ code: reasonCode({ tag }), reason: tag }, 0)

  return {
    taken: (messages) => taken.inc(messages),
    recorded: () => {
      lastOutcome = clock.elapsed()
    },
    answered: (verdict, imports) => {
      lastOutcome = clock.elapsed()
      outcomes.inc({ verdict }, imports)
    },
    // Whatever tags newer versions write, this label has one value for them.
    refused: (code, reason) => refusals.inc({ code, reason: isNewer(reason) ? 'newer' : reason.tag }),
    redeliveriesAbsorbed: (messages) => absorbed.inc(messages),
    appendConflict: () => conflicts.inc(),
    appendUnknown: () => unknowns.inc(),
    replaysUnproven: (messages) => replaysUnproven.inc(messages),
    batchDone: (messages, seconds) => {
      batchSizes.observe(messages)
      batchDurations.observe(seconds)
    },
    // Negative if the clock was set back: the sum must not decrease.
    replied: (seconds) => latencies.observe(Math.max(0, seconds)),
    outcomeAge: () => (clock.elapsed() - lastOutcome) / 1000,
    registry,
  }
}
