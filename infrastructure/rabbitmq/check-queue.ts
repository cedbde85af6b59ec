import type { ChannelModel, Options } from 'amqplib'
import type { Clock } from '../../application/ports/clock.ts'
import { mayConfigure } from './check-rights.ts'
import { otherArguments } from './declare-queue.ts'
import { amqp, errorCode } from './error-text.ts'
import { onOwnChannel } from './own-channel.ts'

/** @throws Error if the user may not declare the missing queue */
export const declarable = async (
  model: ChannelModel,
  queue: string,
  declaration: Options.AssertQueue,
  clock: Clock,
): Promise<string> => {
  if (await mayConfigure(model, queue, declaration, clock)) return 'does not exist: `serve` declares it'
  throw new Error(
    `it does not exist, and the user may not declare it: declare it, or ${granting('configure', queue)}`,
  )
}

/** What `serve` will find when it declares an existing queue. */
export const redeclared = async (
  model: ChannelModel,
  queue: string,
  declaration: Options.AssertQueue,
  clock: Clock,
): Promise<string | undefined> => {
  try {
    await onOwnChannel(model, clock, (channel) => channel.assertQueue(queue, declaration))
    return undefined
  } catch (error) {
    if (errorCode(error) === amqp.preconditionFailed) return otherArguments
    if (errorCode(error) === amqp.accessRefused) return 'the user may not declare it: it is used unchanged'
    throw error
  }
}

type Right = 'configure' | 'write' | 'read'

export const granting = (right: Right, name: string) => `grant the user the permission "${right}" for ${name}`

/** @throws Error */
export const required = (isGranted: boolean, right: Right, name: string): undefined => {
  if (!isGranted) throw new Error(`the user may not ${right} ${name}: ${granting(right, name)}`)
}
