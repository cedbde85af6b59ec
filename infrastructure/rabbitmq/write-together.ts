import type { Writable } from 'node:stream'
import type { ChannelModel, Connection } from 'amqplib'

/**
 * amqplib hands every message to the socket by itself, which costs a system call, and the broker another, for each.
 * Makes those that are written in one go leave in one. Does nothing where amqplib, whose types do not show it, has no such
 * stream.
 */
export const writeTogether = (model: ChannelModel): void => {
  const { stream }: Connection & { readonly stream?: Writable } = model.connection
  if (stream === undefined) return
  const write: (chunk: unknown) => boolean = stream.write.bind(stream)
  // amqplib gives it nothing but the chunk.
  stream.write = (chunk: unknown) => {
    if (stream.writableCorked === 0) {
      stream.cork()
      process.nextTick(() => stream.uncork())
    }
    return write(chunk)
  }
}
