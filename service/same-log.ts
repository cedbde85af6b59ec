import { CannotGoOn } from '../application/cannot-go-on.ts'
import { standingOf } from '../application/epochs.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import type { LogIdentity } from '../application/ports/log-identity.ts'
import {
  beginning,
  comparePositions,
  hasSameForm,
  type Position,
  positionText,
} from '../application/ports/position.ts'
import { type Generation, liveOf } from '../application/ports/projection-store.ts'
import { eachReadModel, type ReadModels } from '../projections/registry.ts'

/** A read model was made from another log, or from events that this log has lost or given up. */
export class ForeignLog extends CannotGoOn {
  constructor(projection: string, problem: string, remedy: string) {
    super(`the read model "${projection}" ${problem}: ${remedy}`)
  }
}

export interface SameLogOptions {
  /** How to delete the read models, in words. */
  readonly deletion: string
  /**
   * Also stamps the live generations as of this log and its present epoch, except those of an earlier epoch: they are
   * rebuilt before they are used (`ensureVersion`).
   */
  readonly isStamping: boolean
}

/** Ensures that the live generations show only what this log holds. @throws ForeignLog */
export const requireSameLog = async (
  eventStore: EventStore,
  readModels: ReadModels,
  { deletion, isStamping }: SameLogOptions,
): Promise<void> => {
  const log = await eventStore.readIdentity()
  const looks = eachReadModel(readModels, async ({ store }, name) => {
    const live = await liveOf(store)
    return live && { name, live, stamp: (of: LogIdentity) => store.stamp(live.id, of) }
  })
  const found = (await Promise.all(looks)).filter((each) => each !== undefined)
  // Asked last, so that it cannot be before a checkpoint of the same log.
  const end = await eventStore.end()
  for (const { name, live } of found) {
    const problem = live.checkpoint === beginning ? undefined : problemOf(live, log, end)
    if (problem === undefined) continue
    // A backup that was restored may be empty.
    const isLost = end === beginning && log?.forks === undefined
    throw isLost
      ? new ForeignLog(name, problem, 'the log was lost, since it is empty: restore a backup of it')
      : new ForeignLog(name, problem, `check --data, EVENTSTORE_URL and MONGODB_URL, or ${deletion}`)
  }
  if (!isStamping || log === undefined) return
  for (const { live, stamp } of found) {
    if (live.log?.log_id !== log.log_id) await stamp(log)
  }
}

const problemOf = (
  { log: stamped, checkpoint }: Generation,
  log: LogIdentity | undefined,
  end: Position,
): string | undefined => {
  const isBeyond = !hasSameForm(checkpoint, end) || comparePositions(checkpoint, end) > 0
  const lacking = isBeyond ? 'belongs to another log: it contains events that are not in this one' : undefined
  // Built by a program that did not stamp, it counts as of this log.
  if (stamped === undefined) return lacking
  const standing = log === undefined ? { tag: 'OtherLog' as const } : standingOf(log, stamped, checkpoint)
  switch (standing.tag) {
    case 'Held':
      return lacking
    case 'OtherLog':
      return 'belongs to another log'
    case 'GivenUp':
      return `contains events after ${positionText(standing.fork.after)}, which this log gave up when a backup was restored`
    case 'UnknownEpoch':
      return `is of epoch ${stamped.epoch}, in which this log never was: another backup was restored`
  }
}
