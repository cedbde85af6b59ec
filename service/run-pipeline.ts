import { CannotGoOn } from '../application/cannot-go-on.ts'
import { errorWithoutText } from '../application/error-without-text.ts'
import { runImporter } from '../application/importing/importer.ts'
import type { ImporterSettings, SessionPorts } from '../application/importing/session-ports.ts'
import { orAborted } from '../application/or-aborted.ts'
import type { Chance } from '../application/ports/chance.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { EventStore, RecordedEvent } from '../application/ports/event-store.ts'
import type { ImportLog } from '../application/ports/import-log.ts'
import type { ImportSource } from '../application/ports/import-source.ts'
import type { ReplySink } from '../application/ports/reply-sink.ts'
import {
  type EventProcessorObserver,
  runEventProcessor,
} from '../application/processing/run-event-processor.ts'
import { type RetryPolicy, retry } from '../application/retry.ts'
import { caughtUp } from '../application/until-projected.ts'
import type { ImportOrigin } from '../domain/events/current.ts'
import { replyReactor } from '../reactors/reply-reactor.ts'
import { type OutlastObserver, outlastStores } from './outlast.ts'
import { type Parts, runPart } from './parts.ts'
import type { Checkpoints } from './progress.ts'
import { prepareReplyCheckpoint, type RepliesFrom, replyCheckpoint } from './reply-checkpoint.ts'
import { untilAbort } from './until-abort.ts'
import { createWorkGroup } from './work-group.ts'

export interface Importing extends SessionPorts {
  readonly source: ImportSource
  readonly settings: Omit<ImporterSettings, 'redeliveries'>
  /** How many messages of the queue may be unacknowledged at once. */
  readonly prefetch: number
}

export interface Replying {
  readonly sink: ReplySink
  readonly onReplied: (events: ReadonlyArray<RecordedEvent>) => void
}

export interface PipelineParts {
  /** As projections read it. */
  readonly eventStore: EventStore
  readonly importLog: ImportLog
  readonly clock: Clock
  readonly chance: Chance
  readonly queue: string
  /** Undefined where other processes import. */
  readonly importing: Importing | undefined
  /** Undefined where other processes reply. */
  readonly replying: Replying | undefined
  /** What runs beside it until the signal aborts; the projections of the read models are among it. */
  readonly beside: ReadonlyArray<(signal: AbortSignal) => Promise<void>>
  /** Of the read models that importing looks up. */
  readonly lookedUp: Checkpoints
  /** Those that `beside` moves. */
  readonly projected: Checkpoints
  readonly repliesFrom: RepliesFrom | undefined
  readonly projecting: EventProcessorObserver
  readonly parts: Pick<Parts, 'stopped' | 'works'>
  /** Of stores that are away before the first message is taken. */
  readonly starting: OutlastObserver
}

/** Milliseconds that a stop waits for the projections of this process to show, and answer, what was imported last. */
const drainTime = 5000

/** Each session gives back what it held, and brokers count how often a message comes back: so the waits grow long. */
const afterDefect: RetryPolicy = { first: 1000, longest: 300_000 }

/**
 * Projects, replies, and imports from the queue until the signal aborts; then finishes the batch at hand and drains.
 * @throws CannotGoOn
 */
export const runPipeline = async (pipeline: PipelineParts, signal: AbortSignal): Promise<void> => {
  const { eventStore, importLog, clock, queue, importing, replying, projecting, parts } = pipeline
  const replies = replyCheckpoint(eventStore, queue)
  const work = createWorkGroup()
  const stop = AbortSignal.any([signal, work.stopped])
  try {
    for (const run of pipeline.beside) work.start(run)
    if (importing !== undefined || replying !== undefined) {
      const begin = async () => {
        const checkpoints = [...pipeline.lookedUp.values()]
        await caughtUp({ eventStore, checkpoints, clock }, stop)
        if (!stop.aborted) await prepareReplyCheckpoint(eventStore, importLog, queue, pipeline.repliesFrom)
      }
      await outlastStores(begin, pipeline, pipeline.starting, stop)
      if (stop.aborted) return
    }
    if (replying !== undefined) {
      const { sink, onReplied } = replying
      const answering = replyReactor(sink, isFrom(queue), replies, onReplied)
      const answer = (ending: AbortSignal) =>
        runEventProcessor(answering, eventStore, pipeline, projecting, ending)
      work.start((ending) => runPart('replies', () => answer(ending), parts))
      // Whoever waits for replies finds the queue before the first one.
      await sink.publish([], stop).catch((error: unknown) => {
        if (!stop.aborted) throw error
      })
    }
    if (importing === undefined) return await untilAbort(stop)
    await importUntilStopped(pipeline, importing, stop)
    const answered: Checkpoints = new Map(replying === undefined ? [] : [['replies', () => replies.read()]])
    await drain(pipeline, new Map([...pipeline.projected, ...answered]), work.stopped)
  } finally {
    await work.end()
  }
}

/**
 * A defect ends the session of the importer, and another one begins after a while: were it to end the process, a
 * supervisor would start the next at once.
 */
const importUntilStopped = async (
  { queue, parts, clock, chance }: PipelineParts,
  importing: Importing,
  signal: AbortSignal,
): Promise<void> => {
  const again = retry(afterDefect, { clock, chance })
  const observer: Importing['observer'] = {
    ...importing.observer,
    imported: (batch) => {
      again.reset()
      parts.works('import')
      importing.observer.imported(batch)
    },
  }
  const settings = { ...importing.settings, redeliveries: { queue, window: importing.prefetch } }
  while (!signal.aborted) {
    try {
      return await runImporter({ ...importing, observer }, settings, signal)
    } catch (error) {
      if (error instanceof CannotGoOn) throw error
      parts.stopped('import', errorWithoutText(error))
    }
    await again.wait(signal)
  }
}

const isFrom =
  (queue: string) =>
  (origin: ImportOrigin | undefined): boolean =>
    origin?.kind === 'queue' && origin.queue === queue

const unobserved: OutlastObserver = { failed: () => {}, recovered: () => {} }

const drain = async (
  pipeline: PipelineParts,
  checkpoints: Checkpoints,
  stopped: AbortSignal,
): Promise<void> => {
  const { eventStore, clock } = pipeline
  const late = new AbortController()
  const drained = AbortSignal.any([stopped, late.signal])
  void clock.sleep(drainTime, drained).then(() => late.abort())
  const projected = { eventStore, checkpoints: [...checkpoints.values()], clock }
  try {
    // A store that does not answer must not hold up the stop; the next start goes on from the checkpoints.
    const draining = outlastStores(() => caughtUp(projected, drained), pipeline, unobserved, drained)
    await orAborted(draining, drained)
  } finally {
    late.abort()
  }
}
