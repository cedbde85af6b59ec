import type { Delivery } from '../ports/import-source.ts'
import { findReplayKey } from '../replay-mark.ts'
import type { Turns } from '../turns.ts'
import { type Attempt, attempt, isUnprovenReplay, type Receive } from './attempt.ts'
import type { Retrying } from './retrying.ts'
import type { SessionPorts } from './session-ports.ts'

/** Bytes of bodies, and milliseconds spent reading them, after which a batch is full, however few messages it has. */
const batchBytes = 8 * 1024 * 1024
const batchTime = 500

const heldBytes = ({ body }: Delivery): number =>
  body instanceof Uint8Array ? body.length : body.beginning.length

/**
 * Reads deliveries in order until a batch is full: at least the first. Here bytes become commands or refusals, once.
 */
export const receiveBatch = async (
  deliveries: ReadonlyArray<Delivery>,
  receive: Receive,
  turns: Turns,
  { eventStore, ids, observer, clock }: SessionPorts,
  retrying: Retrying,
): Promise<ReadonlyArray<Attempt>> => {
  // Only needed if there is a mark to check.
  const replayKey = deliveries.some(({ replayMark }) => replayMark !== undefined)
    ? await retrying(() => findReplayKey(eventStore))
    : undefined
  const attempts: Array<Attempt> = []
  const started = clock.elapsed()
  let bytes = 0
  for (const delivery of deliveries) {
    bytes += heldBytes(delivery)
    if (attempts.length > 0 && (bytes > batchBytes || clock.elapsed() - started >= batchTime)) break
    attempts.push(attempt(delivery, receive, ids, replayKey))
    const turn = turns.next()
    if (turn !== undefined) await turn
  }
  const unproven = attempts.filter(isUnprovenReplay).length
  if (unproven > 0) observer.replaysUnproven(unproven)
  return attempts
}
