import type { ChannelModel } from 'amqplib'
import { internalsOf } from './amqplib-internals.ts'

/**
 * amqplib hands every message to the socket by itself, which costs a system call, and the broker another, for each.
 * Makes those that are written in one go leave in one.
 */
export const writeTogether = (model: ChannelModel): void => {
  const { stream } = internalsOf(model)
  const write: (chunk: unknown) => boolean = stream.write.bind(stream)
  stream.write = (chunk: unknown) => {
    if (stream.writableCorked === 0) {
      stream.cork()
      process.nextTick(() => stream.uncork())
    }
    return write(chunk)
  }
}
