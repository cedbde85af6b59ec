import type { EventStore } from '../ports/event-store.ts'
import { comparePositions } from '../ports/position.ts'
import { StoreTrouble } from '../ports/store-trouble.ts'
import { type RetryPolicy, type RetryPorts, retry } from '../retry.ts'
import type { EventProcessor } from './event-processor.ts'

export interface EventProcessorObserver {
  /** A batch of `events` was applied; in milliseconds. */
  applied(processor: string, events: number, milliseconds: number): void
  /** A store is in trouble: the processor retries from its checkpoint until `recovered`. */
  failed(processor: string, trouble: StoreTrouble): void
  recovered(processor: string): void
}

const retryPolicy: RetryPolicy = { first: 50, longest: 5000 }
/** Milliseconds that an idle subscription must last before the trouble counts as over. */
const standsAfter = 1000
/** Used as the reason, because creating the usual one costs more than everything else. */
const over = 'over'

/**
 * Runs any event processor: subscribes from the checkpoint, applies batch after batch, and after any trouble of a store
 * starts again from the checkpoint. Ends when the signal aborts.
 * @throws CannotGoOn; every other error is a defect
 */
export const runEventProcessor = async (
  processor: EventProcessor,
  eventStore: EventStore,
  ports: RetryPorts,
  observer: EventProcessorObserver,
  signal: AbortSignal,
): Promise<void> => {
  const again = retry(retryPolicy, ports)
  let inTrouble = false
  const succeeded = () => {
    again.reset()
    if (inTrouble) observer.recovered(processor.name)
    inTrouble = false
  }
  while (!signal.aborted) {
    const ended = new AbortController()
    try {
      // If there is nothing to apply, nothing else would show that it has recovered.
      if (inTrouble && (await isAtEnd(processor, eventStore)))
        void ports.clock.sleep(standsAfter, ended.signal).then(() => ended.signal.aborted || succeeded())
      await processEvents(processor, eventStore, ports, observer, signal, succeeded)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof StoreTrouble)) throw error
      inTrouble = true
      observer.failed(processor.name, error)
    } finally {
      ended.abort(over)
    }
    await again.wait(signal)
  }
}

const isAtEnd = async (processor: EventProcessor, eventStore: EventStore): Promise<boolean> =>
  comparePositions(await processor.checkpoint(), await eventStore.end()) >= 0

/** Until another process moves the checkpoint, or the signal aborts. */
const processEvents = async (
  processor: EventProcessor,
  eventStore: EventStore,
  { clock }: RetryPorts,
  observer: EventProcessorObserver,
  signal: AbortSignal,
  succeeded: () => void,
): Promise<void> => {
  let checkpoint = await processor.checkpoint()
  for await (const events of eventStore.subscribe(checkpoint, signal, processor.gathering)) {
    const last = events.at(-1)
    if (last === undefined || comparePositions(last.position, checkpoint) <= 0) continue
    const started = clock.elapsed()
    const result = await processor.apply(events, checkpoint, last.position, signal)
    if (result !== 'applied') return
    checkpoint = last.position
    succeeded()
    observer.applied(processor.name, events.length, clock.elapsed() - started)
  }
}
