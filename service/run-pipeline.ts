import { orAborted } from '../application/or-aborted.ts'
import type { RecordedEvent } from '../application/ports/event-store.ts'
import { runEventProcessor } from '../application/processing/run-event-processor.ts'
import { caughtUp, type ReadCheckpoint } from '../application/until-projected.ts'
import { contextOf } from '../domain/events/stored-event.ts'
import { createReplyReactor } from '../reactors/reply-reactor.ts'
import { runComponent } from './components.ts'
import { importUntilStopped } from './import-until-stopped.ts'
import { type OutlastObserver, outlastStores } from './outlast.ts'
import type { Pipeline } from './pipeline.ts'
import type { Checkpoints } from './progress.ts'
import { prepareReplyCheckpoint, replyCheckpoint } from './reply-checkpoint.ts'
import { untilAbort } from './until-abort.ts'
import { createWorkGroup } from './work-group.ts'

/** Milliseconds that a shutdown waits for the projections of this process to show and answer the last imports. */
const drainTime = 5000

/**
 * Projects, replies, and imports from the queue until the signal aborts; then finishes the current batch and drains.
 * @throws CannotGoOn
 */
export const runPipeline = async (pipeline: Pipeline, signal: AbortSignal): Promise<void> => {
  const { eventStore, auditIndex, clock, queue, importing, replying, processing, components } = pipeline
  const replies = replyCheckpoint(eventStore, queue)
  const work = createWorkGroup()
  const stop = AbortSignal.any([signal, work.stopped])
  try {
    for (const run of pipeline.beside) work.start(run)
    if (importing !== undefined || replying !== undefined) {
      const begin = async () => {
        const checkpoints = [...pipeline.lookedUp.values()]
        await caughtUp({ eventStore, checkpoints, clock }, stop)
        if (!stop.aborted) await prepareReplyCheckpoint(eventStore, auditIndex, queue, pipeline.repliesFrom)
      }
      await outlastStores(begin, pipeline, pipeline.starting, stop)
      if (stop.aborted) return
    }
    if (replying !== undefined) {
      const { sink, onReplied } = replying
      const answering = createReplyReactor(sink, isFrom(queue), replies, clock, onReplied)
      const answer = (ending: AbortSignal) =>
        runEventProcessor(answering, eventStore, pipeline, processing, ending)
      work.start((ending) => runComponent('replies', () => answer(ending), components))
      // Declares the queue before the first reply, so that clients can wait on it.
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

const isFrom =
  (queue: string) =>
  ({ event }: RecordedEvent): boolean => {
    const source = contextOf(event)?.public.source
    return source?.kind === 'queue' && source.queue === queue
  }

const unobserved: OutlastObserver = { failed: () => {}, recovered: () => {} }

const drain = async (pipeline: Pipeline, checkpoints: Checkpoints, stopped: AbortSignal): Promise<void> => {
  const { eventStore, clock, leftBehind } = pipeline
  const late = new AbortController()
  const drained = AbortSignal.any([stopped, late.signal])
  void clock.sleep(drainTime, drained).then(() => late.abort())
  const behind = new Set(checkpoints.keys())
  const drainOne = async (name: string, read: ReadCheckpoint) => {
    await caughtUp({ eventStore, checkpoints: [read], clock }, drained)
    if (!drained.aborted) behind.delete(name)
  }
  try {
    // An unresponsive store must not delay the shutdown; the next start resumes from the checkpoints.
    const draining = [...checkpoints].map(([name, read]) =>
      outlastStores(() => drainOne(name, read), pipeline, unobserved, drained),
    )
    await orAborted(Promise.all(draining), drained)
  } finally {
    late.abort()
    if (behind.size > 0) leftBehind([...behind])
  }
}
