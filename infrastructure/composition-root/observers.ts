import { errorWithoutText } from '../../application/error-without-text.ts'
import type { ImportObserver } from '../../application/importing/observer.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import type { EventProcessorObserver } from '../../application/processing/run-event-processor.ts'
import { answerOf } from '../../domain/events/answer.ts'
import { contextOf } from '../../domain/events/stored-event.ts'
import type { Verdict } from '../../domain/outcome.ts'
import { memberOf } from '../../domain/reason.ts'
import type { OutlastObserver } from '../../service/outlast.ts'
import { type Troubles, troubleOf } from '../../service/troubles.ts'
import type { FailureLog } from '../log/failure-log.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'

/** The name, in logs and readiness, of the component that takes messages. */
const importing = 'import'

export const createImportObserver = (
  logger: Logger,
  metrics: Metrics,
  troubles: Troubles,
): ImportObserver => {
  /** Reported since the last batch that was imported. */
  const conflicted = new Set<string>()
  return {
    imported: ({ taken, absorbed, milliseconds }) => {
      conflicted.clear()
      metrics.taken(taken)
      if (absorbed > 0) metrics.redeliveriesAbsorbed(absorbed)
      if (taken > absorbed) metrics.recorded()
      metrics.batchDone(taken, milliseconds / 1000)
    },
    conflicted: (stream) => {
      metrics.appendConflict()
      if (conflicted.has(stream)) return
      conflicted.add(stream)
      logger.warn({ stream }, 'another process wrote to this stream: catching up before deciding again')
    },
    appendUnknown: () => metrics.appendUnknown(),
    replaysUnproven: (messages) => metrics.replaysUnproven(messages),
    failed: (trouble) => troubles.met(importing, troubleOf(trouble)),
    recovered: () => troubles.over(importing),
    defect: (error) =>
      logger.error(
        { err: errorWithoutText(error) },
        'a message caused an error in the program; it is answered with code 500',
      ),
  }
}

export const createEventProcessorObserver = (troubles: Troubles): EventProcessorObserver => ({
  applied: () => {},
  failed: (processor, trouble) => troubles.met(processor, troubleOf(trouble)),
  recovered: (processor) => troubles.over(processor),
})

/** Observes the use of the stores before the first message is taken. */
export const createStartObserver = (troubles: Troubles): OutlastObserver => ({
  failed: (trouble) => troubles.met('start', troubleOf(trouble)),
  recovered: () => troubles.over('start'),
})

/** Not an address, a number, or text in words. */
const plainName = /^[a-z_][\w.-]*$/i

/** Counts replies, and writes refusals to the failure log. */
export const createReplyObserver =
  (clock: Clock, metrics: Metrics, failures: FailureLog) => (events: ReadonlyArray<RecordedEvent>) => {
    const now = clock.now()
    const verdicts = new Map<Verdict, number>()
    for (const { event, stream, revision } of events) {
      const context = contextOf(event)
      // Possibly from another source: then nobody was answered.
      if (context === undefined) continue
      const { import_id, time } = context.public
      const { outcome, verdict } = answerOf(event, import_id)
      verdicts.set(verdict, 1 + (verdicts.get(verdict) ?? 0))
      metrics.replied((now - Date.parse(time)) / 1000)
      if (outcome.verdict !== 'rejected') continue
      const [reason] = outcome.reasons
      if (reason !== undefined) metrics.refused(outcome.code, reason)
      failures.logRefusal({
        import_id,
        feedback_id: context.personal.feedback_id,
        code: outcome.code,
        reason: reason?.tag,
        members: outcome.reasons.map(memberOf).filter((member) => plainName.test(member)),
        stream,
        revision,
      })
    }
    for (const [verdict, imports] of verdicts) metrics.answered(verdict, imports)
  }
