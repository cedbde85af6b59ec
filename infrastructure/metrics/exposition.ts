import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'
import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Lag } from '../../application/ports/lag.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import { name } from './name.ts'

/** What a scrape asks for. */
export interface GaugeSources {
  readonly version: string
  /** Undefined until the log has one. */
  logIdentity(): Promise<LogIdentity | undefined>
  ready(): boolean
  standingBy(): boolean
  /** The connections to the broker that the roles need: whether each is there. */
  connected(): ReadonlyMap<string, boolean>
  /** Seconds since the last outcome of this process; undefined if its roles lead to none. */
  outcomeAge(): number | undefined
  /** By event processor. */
  lags(): Promise<ReadonlyMap<string, Lag>>
  /** Whether the distance of a lag is one of events. */
  readonly countsEvents: boolean
  /** Unreadable events that the projections have met. */
  unreadableEvents(): Promise<number>
  /** Undefined if there is no data folder. */
  freeBytes(): Promise<number | undefined>
}

export interface Exposition {
  readonly contentType: string
  /** In the Prometheus text format. */
  render(): Promise<string>
}

/** Milliseconds that a store may take to answer: metrics are promised within a second, whatever hangs. */
const patience = 500

/** Undefined without an answer in time: then only the gauge is empty, and the other metrics are most important. */
const answered = async <Answer>(asked: Promise<Answer>): Promise<Answer | undefined> => {
  const answer = await orAborted(asked, AbortSignal.timeout(patience)).catch(() => aborted)
  return answer === aborted ? undefined : (answer as Answer)
}

/** Adds the state of the service, asked for at each scrape, and that of the process to what is counted in the registry. */
export const createExposition = (registry: Registry, sources: GaugeSources): Exposition => {
  const registers = [registry]
  const gauge = (
    suffix: string,
    help: string,
    labelNames: ReadonlyArray<string>,
    collect: (set: Gauge['set']) => Promise<void> | void,
  ) =>
    new Gauge({
      name: name(suffix),
      help,
      labelNames: [...labelNames],
      registers,
      async collect() {
        this.reset()
        // Without labels, a reset gauge is 0, and 0 is an answer.
        if (labelNames.length === 0) this.remove()
        await collect(this.set.bind(this))
      },
    })
  const answer = (suffix: string, help: string, ask: () => Promise<number | undefined>) =>
    gauge(suffix, help, [], async (set) => {
      const value = await answered(ask())
      if (value !== undefined) set(value)
    })
  let asking: Promise<ReadonlyMap<string, Lag> | undefined> | undefined
  /** Two gauges of one scrape share one answer. */
  const lags = () => {
    asking ??= answered(sources.lags()).finally(() => {
      asking = undefined
    })
    return asking
  }
  const lag = (suffix: string, help: string, measure: (lag: Lag) => number | undefined) =>
    gauge(suffix, help, ['processor'], async (set) => {
      for (const [processor, lag] of (await lags()) ?? []) {
        const value = measure(lag)
        if (value !== undefined) set({ processor }, value)
      }
    })

  gauge('build_info', 'Always 1; the label names the version of the program', ['version'], (set) =>
    set({ version: sources.version }, 1),
  )
  gauge(
    'log_info',
    'Always 1: the log, and its epoch, which changes when a backup is restored',
    ['log_id', 'epoch'],
    async (set) => {
      const log = await answered(sources.logIdentity())
      if (log !== undefined) set({ log_id: log.log_id, epoch: log.epoch }, 1)
    },
  )
  gauge('ready', 'Whether /health/ready says so', [], (set) => set(Number(sources.ready())))
  gauge(
    'standing_by',
    'Whether the process is able to import but another one does, or its read models are being built',
    [],
    (set) => set(Number(sources.standingBy())),
  )
  gauge('broker_connected', 'Whether there is a connection to RabbitMQ', ['connection'], (set) => {
    for (const [connection, isThere] of sources.connected()) set({ connection }, Number(isThere))
  })
  answer(
    'last_outcome_age_seconds',
    'Time since this process last recorded or answered an outcome, or since its start; empty if its roles are others',
    async () => sources.outcomeAge(),
  )
  lag(
    'lag_seconds',
    'Age of the first event that a projection or the replies have not processed; 0 if none',
    ({ seconds }) => seconds,
  )
  lag(
    'lag_events',
    'Events that a projection or the replies have not processed; empty on EventStoreDB, where events cannot be counted',
    ({ distance }) => (sources.countsEvents ? distance : undefined),
  )
  answer('unreadable_events', 'Unreadable events that the projections have met', sources.unreadableEvents)
  answer('data_folder_free_bytes', 'Free space where the data folder is', sources.freeBytes)
  // These include the event-loop delay: nodejs_eventloop_lag_p99_seconds, from perf_hooks.
  collectDefaultMetrics({ register: registry })
  return { contentType: registry.contentType, render: () => registry.metrics() }
}
