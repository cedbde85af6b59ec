import type { ChannelModel } from 'amqplib'
import type { ImportSource } from '../../application/ports/import-source.ts'
import { aborted, orAborted } from '../system/or-aborted.ts'
import type { RabbitMqConnection, RabbitMqLog } from './connection.ts'
import { declareQueue } from './declare-queue.ts'
import { amqp, errorCode, errorText } from './error-text.ts'
import type { ConsumeOptions } from './source-session.ts'
import { openSession } from './source-session.ts'

export interface RabbitMqSourceOptions extends Omit<ConsumeOptions, 'batchDelayMs'> {
  readonly connection: RabbitMqConnection
  readonly batchDelayMs?: number
  readonly log: RabbitMqLog
}

/** How often a stand-by asks for the queue. */
const standByMs = 500

/** The import queue. One consumer at a time owns it; the others stand by and take over when its channel is gone. */
export const rabbitMqSource = (options: RabbitMqSourceOptions): ImportSource => {
  const { connection, queue, clock, log } = options
  const consume = { queue, prefetch: options.prefetch, batchDelayMs: options.batchDelayMs ?? 5, clock }

  return {
    async open(signal) {
      let standingBy = false
      let declaredOn: ChannelModel | undefined
      for (let attempt = 0; ; attempt++) {
        const model = await connection.opened(signal)
        if (model === undefined) return undefined
        try {
          // Once a connection, not once a try: a stand-by tries for as long as it stands by.
          if (declaredOn !== model) await declareQueue(model, { queue }, clock, log)
          declaredOn = model
          const opening = openSession(model, consume)
          const session = await orAborted(opening, signal)
          if (session === aborted) {
            opening.then((late) => late.close()).catch(() => {})
            return undefined
          }
          log.info({ queue }, 'consuming the import queue')
          return session
        } catch (error) {
          if (isTaken(error)) {
            if (!standingBy) log.info({ queue }, 'another consumer has the import queue: standing by')
            standingBy = true
            attempt = 0
            await clock.sleep(standByMs, signal)
          } else {
            declaredOn = undefined
            log.warn({ queue, reason: errorText(error) }, 'cannot consume the import queue, trying again')
            await connection.pause(attempt, signal)
          }
        }
      }
    },
  }
}

/** The code alone would not do: a missing permission has the same. */
const isTaken = (error: unknown): boolean =>
  errorCode(error) === amqp.accessRefused && errorText(error).includes('exclusive use')
