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

const other = 'the queue exists with other arguments'
export const otherArguments = `${other}: it is used unchanged`

/** As `otherArguments`, and which they are: those that `found` has and `ours` has not, and the reverse. */
export const otherArgumentsOf = (found: Options.AssertQueue, ours: Options.AssertQueue): string => {
  const [has, lacks] = [argumentsOf(found), argumentsOf(ours)]
  const names = [...new Set([...Object.keys(has), ...Object.keys(lacks)])]
  const differing = names.filter((name) => has[name] !== lacks[name])
  const list = differing.map((name) => `${name}: ${has[name] ?? 'none'}`).join(', ')
  const risk = has.durable === false ? '. It is not durable: a restart of the broker loses its messages' : ''
  return `${other} (${list}): it is used unchanged${risk}`
}

const argumentsOf = ({
  durable,
  arguments: args,
}: Options.AssertQueue): Readonly<Record<string, unknown>> => ({
  durable,
  ...args,
})
