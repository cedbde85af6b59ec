import type { Clock } from '../application/ports/clock.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import { comparePositions } from '../application/ports/position.ts'
import { type Projector, ProjectorStopped } from './projector.ts'

export interface ProjectorObserver {
  /** A batch is applied. `events` of it; milliseconds. */
  applied(projection: string, events: number, milliseconds: number): void
  /** The projector tries again from its checkpoint. The error holds no personal data. */
  failed(projection: string, error: unknown): void
}

/** Milliseconds. */
const firstRetryDelay = 50
const longestRetryDelay = 5000

/**
 * The one runner of all projections: subscribe from the checkpoint, apply batch after batch, and after any failure begin
 * again from the checkpoint. Ends when the signal aborts. @throws ProjectorStopped
 */
export const runProjector = async (
  projector: Projector,
  eventStore: EventStore,
  clock: Clock,
  observer: ProjectorObserver,
  signal: AbortSignal,
): Promise<void> => {
  let delay = firstRetryDelay
  const succeeded = () => {
    delay = firstRetryDelay
  }
  while (!signal.aborted) {
    try {
      await project(projector, eventStore, clock, observer, signal, succeeded)
    } catch (error) {
      if (error instanceof ProjectorStopped) throw error
      if (signal.aborted) return
      observer.failed(projector.name, error)
    }
    await clock.sleep(delay, signal)
    delay = Math.min(2 * delay, longestRetryDelay)
  }
}

/** Until the checkpoint is no longer ours to move, or the signal aborts. */
const project = async (
  projector: Projector,
  eventStore: EventStore,
  clock: Clock,
  observer: ProjectorObserver,
  signal: AbortSignal,
  succeeded: () => void,
): Promise<void> => {
  let checkpoint = await projector.checkpoint()
  for await (const events of eventStore.subscribe(checkpoint, signal, projector.gathering)) {
    const last = events.at(-1)
    if (last === undefined || comparePositions(last.position, checkpoint) <= 0) continue
    const started = clock.now()
    const result = await projector.apply(events, checkpoint, last.position, signal)
    if (result !== 'applied') return
    checkpoint = last.position
    succeeded()
    observer.applied(projector.name, events.length, clock.now() - started)
  }
}
