import { caughtUp, type Projected, untilProjected } from '../until-projected.ts'
import { Abandoned } from './retrying.ts'
import type { ImporterSettings, SessionPorts } from './session-ports.ts'
import type { WorkingSet } from './working-set.ts'

/** Bytes of profiles that may wait for the projections before taking pauses. */
const workingSetBytes = 64 * 1024 * 1024

/** The projections that importing looks up, while they are behind what this process has written. */
export const projectionsBehind = ({ eventStore, directory, auditIndex, clock }: SessionPorts): Projected => ({
  eventStore,
  checkpoints: [() => directory.checkpoint(), () => auditIndex.checkpoint()],
  clock,
})

/**
 * Drops the state of this process: it starts again from the read models alone, once they show everything that is in the
 * log now.
 * @throws Abandoned, StoreTrouble
 */
export const synchronise = async (
  workingSet: WorkingSet,
  projected: Projected,
  signal: AbortSignal,
): Promise<void> => {
  workingSet.clear()
  await caughtUp(projected, signal)
  if (signal.aborted) throw new Abandoned()
}

/** Waits until the projections are far enough for another batch to be decided. @throws Abandoned, StoreTrouble */
export const waitForRoom = async (
  workingSet: WorkingSet,
  { directory, auditIndex }: Pick<SessionPorts, 'directory' | 'auditIndex'>,
  { batchSize, workingSetBatches }: Pick<ImporterSettings, 'batchSize' | 'workingSetBatches'>,
  projected: Projected,
  signal: AbortSignal,
): Promise<void> => {
  const hasRoom = () => {
    const { outcomes, bytes } = workingSet.size()
    return outcomes < workingSetBatches * batchSize && bytes < workingSetBytes
  }
  if (hasRoom()) return
  const makesRoom = async () => {
    workingSet.release(await directory.checkpoint(), await auditIndex.checkpoint())
    return hasRoom()
  }
  await untilProjected(projected, makesRoom, signal)
  if (!hasRoom()) throw new Abandoned()
}
