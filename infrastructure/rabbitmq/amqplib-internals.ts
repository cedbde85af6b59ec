import type { Writable } from 'node:stream'
import type { ChannelModel, Connection } from 'amqplib'

/**
 * The internals of an amqplib connection that we use and replace, which its types do not show. They are why its version
 * is pinned. `test/infrastructure/rabbitmq/amqplib-internals` fails if a new version works differently.
 */
export interface ConnectionInternals {
  /** Bytes that were received but not read yet. */
  rest: Buffer
  /**
   * Takes a frame off `rest`, then decodes it. Everything that is received passes through it. If there is no whole
   * frame, it adds new bytes to `rest` and calls itself through whatever function this member holds.
   */
  recvFrame(): unknown
  /** Everything that is sent is written to it, one chunk per call and nothing but the chunk. */
  readonly stream: Writable
  /** By number: the place where each channel writes its frames. */
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

/** @throws Error if amqplib has other internals than expected */
export const internalsOf = (model: ChannelModel): ConnectionInternals => {
  const connection: Connection & Partial<ConnectionInternals> = model.connection
  if (!isKnown(connection)) throw new Error('this version of amqplib is not supported')
  return connection
}

const isKnown = (connection: Partial<ConnectionInternals>): connection is ConnectionInternals =>
  Buffer.isBuffer(connection.rest) &&
  typeof connection.recvFrame === 'function' &&
  typeof connection.stream?.cork === 'function' &&
  Array.isArray(connection.channels) &&
  typeof connection.sendMessage === 'function'
