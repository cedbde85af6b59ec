import type { ChannelModel } from 'amqplib'
import { internalsOf } from './amqplib-internals.ts'

/**
 * amqplib writes every message to the socket separately, which costs a system call for each, and another in the broker.
 * This combines messages that are written at once.
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
