import type { Clock } from '../ports/clock.ts'
import type { Delivery } from '../ports/import-source.ts'
import type { Attempt } from './attempt.ts'
import type { Turns } from './turns.ts'

/** Bytes of bodies, and milliseconds of reading them, after which a batch is full, however few messages it has. */
const batchBytes = 8 * 1024 * 1024
const batchTime = 500

const heldBytes = ({ body }: Delivery): number =>
  body instanceof Uint8Array ? body.length : body.beginning.length

/** Reads deliveries, in order, until a batch is full: the first ones, and one at least. */
export const receiveBatch = async (
  deliveries: ReadonlyArray<Delivery>,
  attempt: (delivery: Delivery) => Attempt,
  turns: Turns,
  clock: Clock,
): Promise<ReadonlyArray<Attempt>> => {
  const attempts: Attempt[] = []
  const started = clock.elapsed()
  let bytes = 0
  for (const delivery of deliveries) {
    bytes += heldBytes(delivery)
    if (attempts.length > 0 && (bytes > batchBytes || clock.elapsed() - started >= batchTime)) break
    attempts.push(attempt(delivery))
    const turn = turns.next()
    if (turn !== undefined) await turn
  }
  return attempts
}
