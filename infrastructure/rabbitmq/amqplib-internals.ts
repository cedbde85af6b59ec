import type { Writable } from 'node:stream'
import type { ChannelModel, Connection } from 'amqplib'

/**
 * What amqplib's types do not show of a connection, and what is replaced of it: the reason why its version is pinned.
 * `test/infrastructure/rabbitmq/amqplib-internals` says when a new version does it another way.
 */
export interface ConnectionInternals {
  /** Bytes that are received and not yet read. */
  rest: Buffer
  /**
   * Takes a frame off `rest`, then decodes it. Everything that is received comes by way of it. When there is no whole frame,
   * it adds what has come to `rest` and calls itself, by whatever function stands here.
   */
  recvFrame(): unknown
  /** Everything that is sent is written to it, one chunk a call and nothing but the chunk. */
  readonly stream: Writable
  /** By number; where each writes its frames to. */
  readonly channels: Array<{ buffer: { write(frames: Buffer): boolean } } | null>
  /** Writes the frames of a message to the buffer of its channel. */
  sendMessage(
    channel: number,
    method: number,
    fields: object,
    kind: number,
    props: { readonly correlationId?: unknown },
    body: Buffer,
  ): boolean
}

/** @throws Error when amqplib is another than the one that is known */
export const internalsOf = (model: ChannelModel): ConnectionInternals => {
  const connection: Connection & Partial<ConnectionInternals> = model.connection
  if (!isKnown(connection))
    throw new Error('this version of amqplib is not the one that the program was made for')
  return connection
}

const isKnown = (connection: Partial<ConnectionInternals>): connection is ConnectionInternals =>
  Buffer.isBuffer(connection.rest) &&
  typeof connection.recvFrame === 'function' &&
  typeof connection.stream?.cork === 'function' &&
  Array.isArray(connection.channels) &&
  typeof connection.sendMessage === 'function'
