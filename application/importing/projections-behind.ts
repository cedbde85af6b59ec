import { caughtUp, type Projected, untilProjected } from '../until-projected.ts'
import { Abandoned } from './retrying.ts'
import type { ImporterSettings, SessionPorts } from './session-ports.ts'
import type { WorkingSet } from './working-set.ts'

/** Bytes of profiles that may wait for the projections before taking pauses. */
const workingSetBytes = 16 * 1024 * 1024

/** The projections that importing looks up, while they are behind what this process has written. */
const projectionsBehind = ({ eventStore, directory, auditIndex, clock }: SessionPorts): Projected => ({
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
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<void> => {
  workingSet.clear()
  await caughtUp(projectionsBehind(ports), signal)
  if (signal.aborted) throw new Abandoned()
}

/** Waits until the projections are far enough for another batch to be decided. @throws Abandoned, StoreTrouble */
export const waitForRoom = async (
  workingSet: WorkingSet,
  ports: SessionPorts,
  { batchSize, workingSetBatches }: Pick<ImporterSettings, 'batchSize' | 'workingSetBatches'>,
  signal: AbortSignal,
): Promise<void> => {
  const { directory, auditIndex } = ports
  const hasRoom = () => {
    const { outcomes, bytes } = workingSet.size()
    return outcomes < workingSetBatches * batchSize && bytes < workingSetBytes
  }
  if (hasRoom()) return
  const makesRoom = async () => {
    workingSet.release(await directory.checkpoint(), await auditIndex.checkpoint())
    return hasRoom()
  }
  await untilProjected(projectionsBehind(ports), makesRoom, signal)
  if (!hasRoom()) throw new Abandoned()
}
