import { identifyLog } from '../identify-log.ts'
import type { Chance } from '../ports/chance.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Ids } from '../ports/ids.ts'
import type { RawSource, RawTarget } from '../ports/raw-log.ts'
import { StoreTrouble } from '../ports/store-trouble.ts'
import { type RetryPolicy, retry } from '../retry.ts'
import { appendRuns } from './append-runs.ts'
import { type Compared, compareLogs, nothingCompared } from './compare-logs.ts'
import { copyCheckpoints } from './copy-checkpoints.ts'
import { copySecrets } from './copy-secrets.ts'

export interface CopyPorts {
  readonly source: RawSource
  readonly target: RawTarget
  /** The target's event store, which holds the checkpoints. */
  readonly eventStore: EventStore
  readonly clock: Clock
  readonly chance: Chance
  readonly ids: Ids
  readonly onProgress: (progress: CopyProgress) => void
}

/** Numbers of events: in the log, copied so far, and compared with the log. */
export interface CopyProgress {
  readonly events: number
  readonly copied: number
  readonly compared: number
}

export interface CopySummary {
  readonly events: number
  readonly streams: number
  readonly checkpoints: number
  /** The content of the target was read again and equals this log. */
  readonly verified: true
}

/** How many times in a row an append may fail without progress. */
const patience = 5
const retryPolicy: RetryPolicy = { first: 250, longest: 8000 }

/**
 * Copies a log into a target that is empty or holds a beginning of it. That is also all that is needed to resume after
 * an interruption. The copy is a log of its own, whose identity names the original. Every event is compared once it is
 * there, and the checkpoints are written last. Nobody may import into either log meanwhile. Rejects with the signal's
 * reason if it aborts.
 * @throws NotACopy, and what the stores throw
 */
export const copyLog = async (ports: CopyPorts, signal: AbortSignal): Promise<CopySummary> => {
  const { source, target, eventStore, onProgress } = ports
  const { events, streams } = await source.count()
  let copied = 0
  const compare = (from: Compared) =>
    compareLogs(source, target, from, signal, (compared) => {
      copied = Math.max(copied, compared)
      onProgress({ events, copied, compared })
    })

  let { compared, complete } = await compare(nothingCompared)
  const again = retry(retryPolicy, ports)
  // Only now, so that a target that is not a copy keeps its content.
  await identify(ports, again, signal)
  for (let failures = 0; !complete; ) {
    const before = compared.events
    const stopped = await appendRuns(source, target, compared.source, signal, (more) => {
      copied += more
      onProgress({ events, copied, compared: before })
    })
    signal.throwIfAborted()
    // This shows the result of any append. Repeating an append, or a late one, changes nothing.
    const seen = await compare(compared)
    compared = seen.compared
    complete = seen.complete
    copied = compared.events
    failures = compared.events > before ? 0 : failures + 1
    if (failures === 0) again.reset()
    if (failures === patience) throw stopped?.tag === 'Unknown' ? stopped.cause : new Error(stuck)
    if (!complete) await again.wait(signal)
  }
  const checkpoints = await copyCheckpoints(source, eventStore)
  await copySecrets(source, eventStore)
  return { events, streams, checkpoints, verified: true }
}

/** Tried as many times as an append. */
const identify = async (
  { source, eventStore, ids }: CopyPorts,
  again: ReturnType<typeof retry>,
  signal: AbortSignal,
): Promise<void> => {
  const copiedFrom = await source.identity()
  for (let failures = 1; ; failures++) {
    try {
      await identifyLog(eventStore, ids, copiedFrom)
      return again.reset()
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof StoreTrouble) || error.kind !== 'away' || failures === patience) throw error
      await again.wait(signal)
    }
  }
}

const stuck =
  'the target does not accept the next event. Check whether one of its streams was deleted or truncated'
