import type { Channel, ChannelModel } from 'amqplib'
import type { Clock } from '../../application/ports/clock.ts'
import { closeWithin } from './close-within.ts'

/** For operations that the broker may refuse, which closes the channel. */
export const onOwnChannel = async <A>(
  model: ChannelModel,
  clock: Clock,
  use: (channel: Channel) => Promise<A>,
): Promise<A> => {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  const result = await use(channel)
  await closeWithin(channel, clock)
  return result
}
