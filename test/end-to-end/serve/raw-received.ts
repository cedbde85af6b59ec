import type { Readable } from 'node:stream'
import type { ChannelModel, Connection } from 'amqplib'

/** Everything that the broker sends on a connection from now on, as bytes. */
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
