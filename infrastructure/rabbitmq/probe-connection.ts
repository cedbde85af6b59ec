import type { Channel, ChannelModel } from 'amqplib'
import type { Probed } from '../../application/ports/probed.ts'
import type { RabbitMqConnection } from './connection.ts'

/**
 * A round trip on a connection, for which the probe waits until there is one. It keeps a channel for that, since brokers
 * warn of channels that come and go. An error is an answer too: a connection that is lost says so itself.
 */
export const probeConnection = (connection: RabbitMqConnection): Probed => {
  let known: { readonly model: ChannelModel; readonly channel: Promise<Channel> } | undefined
  return {
    name: 'broker',
    part: `the connection ${connection.name}`,
    probe: async (signal) => {
      const model = await connection.opened(signal)
      // While the broker blocks the connection, it may not read from it.
      if (model === undefined || connection.state() === 'blocked') return
      if (known?.model !== model) known = { model, channel: openChannel(model) }
      try {
        await (await known.channel).prefetch(1)
      } catch {
        known = undefined
      }
    },
  }
}

const openChannel = async (model: ChannelModel): Promise<Channel> => {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  return channel
}
