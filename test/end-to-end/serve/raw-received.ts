import type { Readable } from 'node:stream'
import type { ChannelModel, Connection } from 'amqplib'

/** All that comes from the broker on a connection from here on, as it comes. */
export const rawReceived = (model: ChannelModel): (() => Buffer) => {
  const { stream }: Connection & { readonly stream?: Readable } = model.connection
  if (stream === undefined) throw new Error('amqplib has no stream')
  const chunks: Array<Buffer> = []
  const read = stream.read.bind(stream)
  stream.read = (size?: number) => {
    const chunk = read(size)
    if (Buffer.isBuffer(chunk)) chunks.push(chunk)
    return chunk
  }
  return () => Buffer.concat(chunks)
}
