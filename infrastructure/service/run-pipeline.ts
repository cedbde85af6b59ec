import { runImporter } from '../../application/importing/importer.ts'
import type { ImporterSettings, SessionPorts } from '../../application/importing/importing-session.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import type { ImportSource } from '../../application/ports/import-source.ts'
import type { ReplySink } from '../../application/ports/reply-sink.ts'
import { replyProjector } from '../../projections/reply-projector.ts'
import { type ProjectorObserver, runProjector } from '../../projections/run-projector.ts'
import { type Checkpoints, caughtUp } from './progress.ts'
import { prepareReplyCheckpoint, type RepliesFrom, replyCheckpoint } from './reply-checkpoint.ts'
import { createWorkGroup } from './work-group.ts'

export interface PipelineParts extends SessionPorts {
  readonly source: ImportSource
  readonly sink: ReplySink
  readonly queue: string
  readonly settings: Omit<ImporterSettings, 'redeliveries'>
  /** How many messages of the queue may be unacknowledged at once. */
  readonly prefetch: number
  readonly readModels: Checkpoints
  readonly repliesFrom: RepliesFrom | undefined
  readonly projecting: ProjectorObserver
  readonly onReplied: (events: ReadonlyArray<RecordedEvent>) => void
  /** What runs beside it until the signal aborts; the projections of the read models are among it. */
  readonly beside: ReadonlyArray<(signal: AbortSignal) => Promise<void>>
}

/** Milliseconds that a stop waits for the projections to show, and answer, what was imported last. */
const drainTime = 5000

/** Projects, replies, and imports from the queue until the signal aborts; then finishes the batch at hand and drains. */
export const runPipeline = async (parts: PipelineParts, signal: AbortSignal): Promise<void> => {
  const { eventStore, importLog, clock, queue, projecting, readModels, sink, prefetch } = parts
  const work = createWorkGroup()
  const stop = AbortSignal.any([signal, work.stopped])
  try {
    for (const run of parts.beside) work.start(run)
    await caughtUp(eventStore, readModels, clock, stop)
    if (stop.aborted) return
    await prepareReplyCheckpoint(eventStore, importLog, queue, parts.repliesFrom)

    const replies = replyCheckpoint(eventStore, queue)
    const answering = replyProjector(
      sink,
      (origin) => origin.kind === 'queue' && origin.queue === queue,
      replies,
      parts.onReplied,
    )
    work.start((ending) => runProjector(answering, eventStore, clock, projecting, ending))
    // Whoever waits for replies finds the queue before the first one.
    await sink.publish([], stop).catch((error: unknown) => {
      if (!stop.aborted) throw error
    })

    await runImporter(parts, { ...parts.settings, redeliveries: { queue, window: prefetch } }, stop)
    const late = new AbortController()
    const drained = AbortSignal.any([work.stopped, late.signal])
    void clock.sleep(drainTime, drained).then(() => late.abort())
    await caughtUp(eventStore, new Map([...readModels, ['replies', () => replies.read()]]), clock, drained)
    late.abort()
  } finally {
    await work.end()
  }
}
