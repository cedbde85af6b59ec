import type { ImportObserver } from '../../application/importing/observer.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { outcomeOf, verdictOf } from '../../domain/events/import-event.ts'
import type { Verdict } from '../../domain/outcome.ts'
import { rejectionCode } from '../../domain/rejection.ts'
import type { ProjectorObserver } from '../../projections/run-projector.ts'
import { errorWithoutText } from '../log/error-without-text.ts'
import type { FailureLog } from '../log/failure-log.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'

export const importObserver = (log: Logger, metrics: Metrics): ImportObserver => ({
  imported: ({ taken, absorbed, milliseconds }) => {
    metrics.taken(taken)
    if (absorbed > 0) metrics.redeliveriesAbsorbed(absorbed)
    metrics.batchDone(taken, milliseconds / 1000)
  },
  conflicted: (stream) => {
    metrics.appendConflict()
    log.warn({ stream }, 'another process wrote to this stream: synchronising before deciding again')
  },
  failed: (error) => {
    metrics.appendUnknown()
    log.error({ err: error }, 'a store failed, trying again')
  },
  defect: (error) =>
    log.error(
      { err: errorWithoutText(error) },
      'a message made the program fail; it is answered with code 500',
    ),
})

/** Which projections fail at present: for readiness. */
export interface Failing {
  readonly projections: ReadonlySet<string>
}

export const projectorObserver = (log: Logger): ProjectorObserver & Failing => {
  const projections = new Set<string>()
  return {
    projections,
    applied: (projection) => projections.delete(projection),
    failed: (projection, error) => {
      projections.add(projection)
      log.error({ projection, err: error }, 'a projection failed, trying again from its checkpoint')
    },
  }
}

/** Counts what was answered, and notes refusals in the log of failures. */
export const replyObserver =
  (clock: Clock, metrics: Metrics, failures: FailureLog) => (events: ReadonlyArray<RecordedEvent>) => {
    const now = clock.now()
    const verdicts = new Map<Verdict, number>()
    for (const { event, stream, revision } of events) {
      if (event.type === 'Unreadable') continue
      const verdict = verdictOf(event)
      verdicts.set(verdict, 1 + (verdicts.get(verdict) ?? 0))
      metrics.replied((now - Date.parse(event.metadata.time)) / 1000)
      const outcome = outcomeOf(event)
      if (outcome.verdict !== 'rejected') continue
      const code = rejectionCode(outcome.rejection)
      metrics.rejected(code)
      failures.logRejection({
        import_id: event.metadata.import_id,
        feedback_id: event.metadata.feedback_id,
        code,
        reason: outcome.rejection.tag,
        stream,
        revision,
      })
    }
    for (const [verdict, imports] of verdicts) metrics.outcomes(verdict, imports)
  }
