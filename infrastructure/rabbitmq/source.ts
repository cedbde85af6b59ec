import type { ChannelModel } from 'amqplib'
import { CannotGoOn } from '../../application/cannot-go-on.ts'
import { aborted } from '../../application/or-aborted.ts'
import { late, orLate } from '../../application/or-late.ts'
import type { ImportSource } from '../../application/ports/import-source.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import type { RetryPolicy } from '../../application/retry.ts'
import type { RabbitMqConnection } from './connection.ts'
import { hangUp } from './dial.ts'
import { errorText } from './error-text.ts'
import { findOwnership, type ImportQueue } from './find-ownership.ts'
import type { Ownership } from './import-queue.ts'
import { openSession } from './open-session.ts'
import { QueueTaken } from './queue-taken.ts'
import type { ConsumeOptions } from './source-session.ts'

export interface RabbitMqSourceOptions extends ImportQueue, Omit<ConsumeOptions, 'batchDelayMs'> {
  readonly connection: RabbitMqConnection
  readonly batchDelayMs?: number
  readonly logger: ServiceLogger
}

/** How often a process that stands by asks for the queue. */
const standByPolicy: RetryPolicy = { first: 500, longest: 500 }

/**
 * Milliseconds that the broker may take to let us consume the queue: a queue that has lost its process, or whose process is
 * stuck, does not answer, although the broker does.
 */
const answerLimitMs = 30_000

/** The name of this component. */
const consuming = 'consuming'

/**
 * The import queue. One consumer at a time owns it; the others stand by and take over when its channel is gone. `open`
 * rejects with CannotGoOn if nobody can own it.
 */
export const rabbitMqSource = (options: RabbitMqSourceOptions): ImportSource => {
  const { connection, queue, clock, logger } = options
  const { troubles } = connection
  const consume = { ...options, batchDelayMs: options.batchDelayMs ?? 5 }

  return {
    async open(signal) {
      let standingBy = false
      let known: { readonly model: ChannelModel; readonly ownership: Ownership } | undefined
      const openOn = async (model: ChannelModel) => {
        // Once per connection, not per try: a process that stands by keeps trying.
        if (known?.model !== model) {
          known = { model, ownership: await findOwnership(model, options, clock, logger) }
        }
        return openSession(model, known.ownership, consume)
      }
      const again = connection.retry()
      const standBy = connection.retry(standByPolicy)
      for (;;) {
        const model = await connection.opened(signal)
        if (model === undefined) return undefined
        try {
          const opening = openOn(model)
          const session = await orLate(clock, answerLimitMs, opening, signal)
          if (session === aborted || session === late) {
            opening.then((unwanted) => unwanted.close()).catch(() => {})
            if (session === aborted) return undefined
            // The channel is stuck, and may hold the lock: only the end of the connection frees it.
            await hangUp(model, clock)
            throw new Error(`the broker has not answered for ${answerLimitMs / 1000} s`)
          }
          logger.info({ queue }, 'consuming the import queue')
          troubles.over(consuming)
          return session
        } catch (error) {
          if (error instanceof CannotGoOn) throw error
          if (error instanceof QueueTaken) {
            if (!standingBy) {
              logger.info(
                { queue, reason: error.message },
                'another consumer owns the import queue: standing by',
              )
            }
            standingBy = true
            troubles.over(consuming)
            again.reset()
            await standBy.wait(signal)
          } else {
            known = undefined
            troubles.met(consuming, { with: `queue ${queue}`, cause: errorText(error) })
            await again.wait(signal)
          }
        }
      }
    },
  }
}
