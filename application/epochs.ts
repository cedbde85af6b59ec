import type { Fork, LogEpoch, LogIdentity } from './ports/log-identity.ts'
import { comparePositions, type Position } from './ports/position.ts'

const firstEpoch = 1

/** The epoch in which the event at a position was written. With the position, it names this event for good. */
export const epochOf = ({ forks = [] }: Pick<LogIdentity, 'forks'>, position: Position): number =>
  forks.findLast(({ after }) => comparePositions(position, after) > 0)?.epoch ?? firstEpoch

/**
 * What a log holds of what a checkpoint has seen.
 * - `Held`: all of it
 * - `GivenUp`: not what came after the fork
 * - `UnknownEpoch`: nobody can say: the log never was in this epoch, which another restore of it began
 * - `OtherLog`: nothing
 */
export type Standing =
  | { readonly tag: 'Held' }
  | { readonly tag: 'GivenUp'; readonly fork: Fork }
  | { readonly tag: 'UnknownEpoch' }
  | { readonly tag: 'OtherLog' }

export const standingOf = (log: LogIdentity, { log_id, epoch }: LogEpoch, checkpoint: Position): Standing => {
  if (log_id !== log.log_id) return { tag: 'OtherLog' }
  if (epoch === log.epoch) return { tag: 'Held' }
  const { forks = [] } = log
  // Each fork ends the epoch before it.
  const fork = forks.find((_, i) => (i === 0 ? firstEpoch : forks[i - 1]?.epoch) === epoch)
  if (fork === undefined) return { tag: 'UnknownEpoch' }
  return comparePositions(checkpoint, fork.after) <= 0 ? { tag: 'Held' } : { tag: 'GivenUp', fork }
}

/**
 * The identity of a log that was restored and ends at a position. The new epoch is named after the time: a number that
 * only counts would be given again where the same backup is restored twice, and then nobody could tell the two apart.
 */
export const forkedAt = (log: LogIdentity, end: Position, now: number): LogIdentity => {
  const time = new Date(now).toISOString()
  const epoch = Math.max(Number(time.slice(0, 19).replaceAll(/\D/g, '')), log.epoch + 1)
  return { ...log, epoch, forks: [...(log.forks ?? []), { epoch, after: end, time }] }
}
