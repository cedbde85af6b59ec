import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Verdict } from '../../domain/outcome.ts'

export interface Metrics {
  /** Messages taken from their source. */
  taken(messages: number): void
  outcomes(verdict: Verdict, imports: number): void
  refused(code: number): void
  /** Redeliveries of messages that were done, acknowledged and no more. */
  redeliveriesAbsorbed(messages: number): void
  appendConflict(): void
  appendUnknown(): void
  /** Messages that said they replay an import, without a valid mark. */
  replaysUnproven(messages: number): void
  batchDone(messages: number, seconds: number): void
  /** Seconds from taking a message to its confirmed reply. */
  replied(seconds: number): void
  readonly contentType: string
  /** In the Prometheus text format. */
  render(): Promise<string>
}

interface MetricsSources {
  /** By event processor: events between its checkpoint and the store's own end. */
  readonly projectionLag: () => Promise<ReadonlyMap<string, number>>
  /** Events that the projections have met and could not read. */
  readonly unreadableEvents: () => Promise<number>
}

/** Milliseconds that a store may take to answer: who asks for metrics waits no longer for one that is silent. */
const patience = 3000

const answered = async <Answer, Instead>(
  asked: Promise<Answer>,
  instead: Instead,
): Promise<Answer | Instead> => {
  const answer = await orAborted(asked, AbortSignal.timeout(patience)).catch(() => aborted)
  return answer === aborted ? instead : (answer as Answer)
}

const name = (suffix: string): string => `profile_importer_${suffix}`

/** No label ever holds anything from a message: labels are few and fixed. */
export const createMetrics = ({ projectionLag, unreadableEvents }: MetricsSources): Metrics => {
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
  const absorbed = counter('redeliveries_absorbed_total', 'Redelivered messages that were done before')
  const conflicts = counter('append_conflicts_total', 'Appends refused at their expected revision')
  const unknowns = counter('append_unknown_total', 'Appends whose outcome was not known')
  const replaysUnproven = counter(
    'replay_marks_refused_total',
    'Messages that named an import they replay, without a valid mark',
  )
  const batchSizes = new Histogram({
    name: name('batch_messages'),
    help: 'Messages in a batch',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
    registers,
  })
  const batchDurations = new Histogram({
    name: name('batch_duration_seconds'),
    help: 'From a taken batch to its durable outcomes',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  })
  const latencies = new Histogram({
    name: name('reply_latency_seconds'),
    help: 'From taking a message to its confirmed reply',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
    registers,
  })
  new Gauge({
    name: name('projection_lag'),
    help: "From a projection's checkpoint to the end of the log: events on SQLite, bytes of the log on EventStoreDB",
    labelNames: ['projection'],
    registers,
    async collect() {
      this.reset()
      // A store that is away leaves the gauge empty; the other metrics matter most just then.
      const lags = await answered(projectionLag(), new Map<string, number>())
      for (const [projection, lag] of lags) this.set({ projection }, lag)
    },
  })
  new Gauge({
    name: name('unreadable_events'),
    help: 'Events of the log that the projections have met and could not read',
    registers,
    async collect() {
      const events = await answered(unreadableEvents(), undefined)
      if (events === undefined) this.remove()
      else this.set(events)
    },
  })
  // Event loop delay is among them: nodejs_eventloop_lag_p99_seconds, from perf_hooks.
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
