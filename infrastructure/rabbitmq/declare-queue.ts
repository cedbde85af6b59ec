import type { ChannelModel, Options } from 'amqplib'
import type { Clock } from '../../application/ports/clock.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import { amqp, errorCode, errorText } from './error-text.ts'
import { onOwnChannel } from './own-channel.ts'

export interface QueueDeclaration {
  readonly queue: string
  readonly declaration: Options.AssertQueue
}

/**
 * Declares a queue. If it exists with other arguments, or we may not declare it, it is used unchanged. Rejects if there
 * is no queue in the end.
 */
export const declareQueue = async (
  model: ChannelModel,
  { queue, declaration }: QueueDeclaration,
  clock: Clock,
  logger: ServiceLogger,
): Promise<void> => {
  try {
    await onOwnChannel(model, clock, (channel) => channel.assertQueue(queue, declaration))
  } catch (error) {
    const code = errorCode(error)
    if (code !== amqp.preconditionFailed && code !== amqp.accessRefused) throw error
    await onOwnChannel(model, clock, (channel) => channel.checkQueue(queue))
    logger.warn({ queue, reason: errorText(error) }, otherArguments)
  }
}

export const otherArguments = 'the queue exists with other arguments: it is used unchanged'
