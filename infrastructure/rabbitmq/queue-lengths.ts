import type { ChannelModel } from 'amqplib'
import { late, orLate } from '../../application/or-late.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { internalsOf } from './amqplib-internals.ts'
import { connectionUrl, dial, hangUp } from './dial.ts'
import { amqp, errorCode } from './error-text.ts'
import { onOwnChannel } from './own-channel.ts'

export interface QueueLength {
  readonly name: string
  /** That wait for a consumer. Null if there is no such queue. */
  readonly messages: number | null
}

/** Milliseconds until the broker must be connected, and then again until it must have answered. */
const patience = 3000

/** @throws Error if the broker is away or refuses; `errorText` gives its text */
export const queueLengths = async (
  broker: { readonly url: string; readonly caFile: string | undefined; readonly clock: Clock },
  queues: ReadonlyArray<string>,
): Promise<ReadonlyArray<QueueLength>> => {
  const { clock, caFile } = broker
  const url = connectionUrl(broker.url, 10)
  const never = new AbortController().signal
  const model = await dial({ url, caFile, name: 'status', clock, patience }, never)
  if (model === undefined) throw new Error('no connection')
  model.on('error', () => {})
  const lengths = await orLate(clock, patience, askAll(model, queues, clock)).catch(
    async (error: unknown) => {
      await hangUp(model, clock)
      throw error
    },
  )
  if (typeof lengths === 'symbol') {
    // Nobody waits for an orderly end of a connection that is silent.
    internalsOf(model).stream.destroy()
    throw new Error(lengths === late ? `no answer within ${patience / 1000} s` : 'no answer')
  }
  await hangUp(model, clock)
  return lengths
}

const askAll = async (model: ChannelModel, queues: ReadonlyArray<string>, clock: Clock) => {
  const lengths: Array<QueueLength> = []
  for (const name of queues) lengths.push({ name, messages: await lengthOf(model, name, clock) })
  return lengths
}

const lengthOf = async (model: ChannelModel, queue: string, clock: Clock): Promise<number | null> => {
  try {
    return (await onOwnChannel(model, clock, (channel) => channel.checkQueue(queue))).messageCount
  } catch (error) {
    if (errorCode(error) === amqp.notFound) return null
    throw error
  }
}
