import type { EventEmitter } from 'node:events'
import type { Clock } from '../../application/ports/clock.ts'

const limitMs = 5000

/**
 * Closes a channel or a connection in order and waits for it, but not for a broker that does not answer: amqplib's own
 * promise stays pending forever if the connection goes down meanwhile. False if it has not answered.
 */
export const closeWithin = async (
  closable: EventEmitter & { close(): Promise<void> },
  clock: Clock,
): Promise<boolean> => {
  const answered = new AbortController()
  closable.once('close', () => answered.abort())
  // Throws if it is already closed: then there is nothing to wait for.
  closable.close().catch(() => answered.abort())
  await clock.sleep(limitMs, answered.signal)
  return answered.signal.aborted
}
