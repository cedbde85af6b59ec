import { randomUUID } from 'node:crypto'
import type { ChannelModel, Options } from 'amqplib'
import type { Clock } from '../../application/ports/clock.ts'
import { closeWithin } from './close-within.ts'
import { amqp, errorCode } from './error-text.ts'
import { onOwnChannel } from './own-channel.ts'

// AMQP cannot be asked about permissions. But the broker checks them before anything else, so that a request that fails
// for another reason proves that they are granted.

/** Whether the user may declare a queue, whether or not it exists. Declares none. */
export const mayConfigure = (
  model: ChannelModel,
  queue: string,
  declaration: Options.AssertQueue,
  clock: Clock,
): Promise<boolean> =>
  isPermitted(() =>
    onOwnChannel(model, clock, (channel) =>
      channel.assertQueue(queue, {
        ...declaration,
        arguments: { ...declaration.arguments, 'x-expires': 'not a number' },
      }),
    ),
  )

/** Whether the user may consume a queue, whether or not it exists. Consumes nothing. */
export const mayRead = (model: ChannelModel, queue: string, clock: Clock): Promise<boolean> =>
  isPermitted(() =>
    onOwnChannel(model, clock, (channel) =>
      channel.consume(queue, () => {}, { arguments: { 'x-priority': 'not a number' } }),
    ),
  )

/**
 * Whether the user may publish to queues. Publishes an empty message to a queue that does not exist. Rejects if the
 * broker accepts no messages for now.
 */
export const mayPublish = (model: ChannelModel, clock: Clock): Promise<boolean> =>
  isPermitted(async () => {
    const channel = await model.createConfirmChannel()
    await new Promise<void>((resolve, reject) => {
      channel.on('error', reject)
      model.once('blocked', () =>
        reject(new Error('the broker accepts no messages: free memory or disk space on its machine')),
      )
      channel.publish('', randomUUID(), Buffer.alloc(0), {}, (error) => (error ? reject(error) : resolve()))
    })
    await closeWithin(channel, clock)
  })

const isPermitted = async (request: () => Promise<unknown>): Promise<boolean> => {
  try {
    await request()
  } catch (error) {
    const code = errorCode(error)
    if (code === amqp.accessRefused) return false
    if (!otherRefusals.has(code)) throw error
  }
  return true
}

const otherRefusals: ReadonlySet<unknown> = new Set([
  amqp.notFound,
  amqp.resourceLocked,
  amqp.preconditionFailed,
])
