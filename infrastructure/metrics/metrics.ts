import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import type { Verdict } from '../../domain/outcome.ts'

export interface Metrics {
  /** Messages taken from their source. */
  taken(messages: number): void
  outcomes(verdict: Verdict, imports: number): void
  refused(code: number): void
  /** Redeliveries of messages that were already done, which are only acknowledged. */
  redeliveriesAbsorbed(messages: number): void
  appendConflict(): void
  appendUnknown(): void
  /** Messages that claimed to be replays without a valid mark. */
  replaysUnproven(messages: number): void
  batchDone(messages: number, seconds: number): void
  /** Seconds from taking a message to its confirmed reply. */
  replied(seconds: number): void
  readonly contentType: string
  /** In the Prometheus text format. */
  render(): Promise<string>
}

interface MetricsSources {
  /** Undefined until the log has one. */
  readonly logIdentity: () => Promise<LogIdentity | undefined>
  /** By event processor, from its checkpoint to the end of the log: events on SQLite, bytes on EventStoreDB. */
  readonly projectionLag: () => Promise<ReadonlyMap<string, number>>
  /** Unreadable events that the projections have met. */
  readonly unreadableEvents: () => Promise<number>
}

/** Milliseconds that a store may take to answer: metrics are promised within a second, whatever hangs. */
const patience = 500

const answered = async <Answer, Instead>(
  asked: Promise<Answer>,
  instead: Instead,
): Promise<Answer | Instead> => {
  const answer = await orAborted(asked, AbortSignal.timeout(patience)).catch(() => aborted)
  return answer === aborted ? instead : (answer as Answer)
}

const name = (suffix: string): string => `profile_importer_${suffix}`

/** Labels are few and fixed, and never contain anything from a message. */
export const createMetrics = ({ logIdentity, projectionLag, unreadableEvents }: MetricsSources): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  const counter = (suffix: string, help: string) => new Counter({ name: name(suffix), help, registers })

  const taken = counter('messages_taken_total', 'Messages taken from their source')
  const outcomes = new Counter({
    name: name('imports_total'),
    help: 'Imports recorded, by verdict',
    labelNames: ['verdict'],
    registers,
  })
  const refusals = new Counter({
    name: name('rejections_total'),
    help: 'Imports rejected, by reply code',
    labelNames: ['code'],
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
  new Gauge({
    name: name('log_info'),
    help: 'Always 1: the log, and its epoch, which changes when a backup is restored',
    labelNames: ['log_id', 'epoch'],
    registers,
    async collect() {
      this.reset()
      const log = await answered(logIdentity(), undefined)
      if (log !== undefined) this.set({ log_id: log.log_id, epoch: log.epoch }, 1)
    },
  })
  new Gauge({
    name: name('projection_lag'),
    help: "Distance from a projection's checkpoint to the end of the log: events on SQLite, bytes of the log on EventStoreDB",
    labelNames: ['projection'],
    registers,
    async collect() {
      this.reset()
      // If a store is away, the gauge is empty; the other metrics are most important then.
      const lags = await answered(projectionLag(), new Map<string, number>())
      for (const [projection, lag] of lags) this.set({ projection }, lag)
    },
  })
  new Gauge({
    name: name('unreadable_events'),
    help: 'Unreadable events that the projections have met',
    registers,
    async collect() {
      const events = await answered(unreadableEvents(), undefined)
      if (events === undefined) this.remove()
      else this.set(events)
    },
  })
  // These include the event-loop delay: nodejs_eventloop_lag_p99_seconds, from perf_hooks.
  collectDefaultMetrics({ register: registry })

  return {
    taken: (messages) => taken.inc(messages),
    outcomes: (verdict, imports) => outcomes.inc({ verdict }, imports),
    refused: (code) => refusals.inc({ code }),
    redeliveriesAbsorbed: (messages) => absorbed.inc(messages),
    appendConflict: () => conflicts.inc(),
    appendUnknown: () => unknowns.inc(),
    replaysUnproven: (messages) => replaysUnproven.inc(messages),
    batchDone: (messages, seconds) => {
      batchSizes.observe(messages)
      batchDurations.observe(seconds)
    },
    replied: (seconds) => latencies.observe(seconds),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  }
}
