import { runImporter } from '../../application/importing/importer.ts'
import type { ImporterSettings, SessionPorts } from '../../application/importing/importing-session.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { EventStore, RecordedEvent } from '../../application/ports/event-store.ts'
import type { ImportSource } from '../../application/ports/import-source.ts'
import type { ReplySink } from '../../application/ports/reply-sink.ts'
import type { ImportOrigin } from '../../domain/events/metadata.ts'
import { replyProjector } from '../../projections/reply-projector.ts'
import { type ProjectorObserver, runProjector } from '../../projections/run-projector.ts'
import { orAborted } from '../system/or-aborted.ts'
import { outlastStores } from './outlast.ts'
import { type Checkpoints, caughtUp } from './progress.ts'
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

export interface PipelineParts extends Pick<SessionPorts, 'eventStore' | 'importLog' | 'clock'> {
  readonly queue: string
  /** Undefined where other processes import. */
  readonly importing: Importing | undefined
  /** Undefined where other processes reply. */
  readonly replying: Replying | undefined
  /** What runs beside it until the signal aborts; the projections of the read models are among it. */
  readonly beside: ReadonlyArray<(signal: AbortSignal) => Promise<void>>
  /** All of them. */
  readonly readModels: Checkpoints
  /** Those that `beside` moves. */
  readonly projected: Checkpoints
  readonly repliesFrom: RepliesFrom | undefined
  readonly projecting: ProjectorObserver
  /** A store is away before the first message is taken; it is tried again. */
  readonly onStoreAway: (error: unknown) => void
}

/** Milliseconds that a stop waits for the projections of this process to show, and answer, what was imported last. */
const drainTime = 5000

/** Projects, replies, and imports from the queue until the signal aborts; then finishes the batch at hand and drains. */
export const runPipeline = async (parts: PipelineParts, signal: AbortSignal): Promise<void> => {
  const { eventStore, importLog, clock, queue, importing, replying, projecting } = parts
  const replies = replyCheckpoint(eventStore, queue)
  const work = createWorkGroup()
  const stop = AbortSignal.any([signal, work.stopped])
  try {
    for (const run of parts.beside) work.start(run)
    if (importing !== undefined || replying !== undefined) {
      const begin = async () => {
        await caughtUp(eventStore, parts.readModels, clock, stop)
        if (!stop.aborted) await prepareReplyCheckpoint(eventStore, importLog, queue, parts.repliesFrom)
      }
      await outlastStores(begin, clock, parts.onStoreAway, stop)
      if (stop.aborted) return
    }
    if (replying !== undefined) {
      const { sink, onReplied } = replying
      const answering = replyProjector(sink, isFrom(queue), replies, onReplied)
      work.start((ending) => runProjector(answering, eventStore, clock, projecting, ending))
      // Whoever waits for replies finds the queue before the first one.
      await sink.publish([], stop).catch((error: unknown) => {
        if (!stop.aborted) throw error
      })
    }
    if (importing === undefined) return await untilAbort(stop)
    const redeliveries = { queue, window: importing.prefetch }
    await runImporter(importing, { ...importing.settings, redeliveries }, stop)
    const answered: Checkpoints = new Map(replying === undefined ? [] : [['replies', () => replies.read()]])
    await drain(eventStore, new Map([...parts.projected, ...answered]), clock, work.stopped)
  } finally {
    await work.end()
  }
}

const isFrom =
  (queue: string) =>
  (origin: ImportOrigin): boolean =>
    origin.kind === 'queue' && origin.queue === queue

const drain = async (
  eventStore: EventStore,
  checkpoints: Checkpoints,
  clock: Clock,
  stopped: AbortSignal,
): Promise<void> => {
  const late = new AbortController()
  const drained = AbortSignal.any([stopped, late.signal])
  void clock.sleep(drainTime, drained).then(() => late.abort())
  try {
    // A store that does not answer must not hold up the stop; the next start goes on from the checkpoints.
    await orAborted(
      outlastStores(
        () => caughtUp(eventStore, checkpoints, clock, drained),
        clock,
        () => {},
        drained,
      ),
      drained,
    )
  } finally {
    late.abort()
  }
}
