import type { ImportId } from '../../domain/ids.ts'
import { importIdOf } from '../import-id.ts'
import { runImporter } from '../importing/importer.ts'
import { type ImportObserver, unobserved } from '../importing/observer.ts'
import type { ImporterSettings } from '../importing/session-ports.ts'
import type { Chance } from '../ports/chance.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Delivery, ImportSession } from '../ports/import-source.ts'
import type { StreamEvent } from '../ports/scratch.ts'
import type { StoreTrouble } from '../ports/store-trouble.ts'
import { type ReadableLog, rehearsedLog } from './rehearsed-log.ts'
import type { Stage } from './stage.ts'

export interface RehearsalPorts {
  readonly stage: Stage
  readonly log: ReadableLog
  readonly clock: Clock
  readonly chance: Chance
  readonly ids: Ids
}

/** Called with the outcomes of consecutive messages, in their order. The next messages wait for it. */
export type OnRehearsed = (outcomes: ReadonlyArray<StreamEvent>) => Promise<void>

/** Messages that are looked up together. */
const batchSize = 500

/**
 * What importing these messages would record, by the importer itself, over a stage instead of log and read models:
 * later messages see the effects of earlier ones, and nothing is written. An event tells the outcome, what it was
 * matched by, the changes and the values before them; it has the import id of its message (`Delivery.importId`, or that
 * of its source, or a new one).
 *
 * The stage is one of these:
 * - `overlay`: over the live read models, in bounded memory: for some thousands of messages
 * - scratch read models, which may be written to: for any number (`what-if`)
 *
 * Memory does not grow with the number of messages, apart from the stage. A store in trouble is not waited for.
 * @throws StoreTrouble; CannotGoOn; the signal's reason if it aborts
 */
export const rehearse = async (
  { stage, log, clock, chance, ids }: RehearsalPorts,
  { rules, profilesVersion }: Pick<ImporterSettings, 'rules' | 'profilesVersion'>,
  messages: AsyncIterable<ReadonlyArray<Delivery>>,
  onRehearsed: OnRehearsed,
  signal: AbortSignal,
): Promise<void> => {
  const failed = new AbortController()
  let trouble: StoreTrouble | undefined
  const observer: ImportObserver = {
    ...unobserved,
    failed: (met) => {
      trouble ??= met
      failed.abort()
    },
  }
  const outcomes = new Map<ImportId, StreamEvent>()
  const eventStore = rehearsedLog(log, stage, ids, (events) => {
    for (const rehearsed of events) outcomes.set(rehearsed.event.public.import_id, rehearsed)
  })
  const source = oneSession(messages, ids, outcomes, onRehearsed)
  const { directory, auditIndex } = stage
  const stop = AbortSignal.any([signal, failed.signal])
  await runImporter(
    { source, eventStore, directory, auditIndex, clock, chance, ids, observer },
    { rules, profilesVersion, batchSize, workingSetBatches: 1, redeliveries: undefined },
    stop,
  )
  if (trouble !== undefined) throw trouble
  signal.throwIfAborted()
}

/** Hands over all messages in one session, and their outcomes before it takes more. */
const oneSession = (
  messages: AsyncIterable<ReadonlyArray<Delivery>>,
  ids: Ids,
  outcomes: Map<ImportId, StreamEvent>,
  onRehearsed: OnRehearsed,
) => {
  const rest = messages[Symbol.asyncIterator]()
  let waiting: ReadonlyArray<Delivery> = []
  let done: Array<StreamEvent> = []
  let opened = false
  const handOver = async () => {
    const outcomes = done
    done = []
    if (outcomes.length > 0) await onRehearsed(outcomes)
  }
  const session: ImportSession = {
    take: async (limit, signal) => {
      await handOver()
      while (waiting.length === 0) {
        const next = signal.aborted ? undefined : await rest.next()
        if (next === undefined || next.done === true) return undefined
        waiting = next.value.map((delivery) => withId(delivery, ids))
      }
      const taken = waiting.slice(0, limit)
      waiting = waiting.slice(limit)
      return taken
    },
    acknowledge: (deliveries) => {
      for (const { importId } of deliveries) {
        const outcome = importId && outcomes.get(importId)
        if (outcome === undefined) throw new Error('a rehearsed message has no outcome')
        outcomes.delete(outcome.event.public.import_id)
        done.push(outcome)
      }
    },
    confirmOwnership: async () => true,
    close: async () => {
      await rest.return?.()
    },
  }
  return {
    open: async () => {
      if (opened) return undefined
      opened = true
      return session
    },
  }
}

const withId = (delivery: Delivery, ids: Ids): Delivery => ({
  ...delivery,
  importId: delivery.importId ?? importIdOf(delivery.source, delivery.properties) ?? ids.fresh(),
})
