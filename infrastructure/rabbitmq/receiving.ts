import type { ChannelModel, Connection } from 'amqplib'

/** What amqplib's types do not show of a connection. */
export interface Receiving {
  /** Bytes that are received and not yet read. */
  rest: Buffer
  /**
   * Takes a frame off `rest` and decodes it. When there is no whole one, it adds what has come to `rest` and calls itself,
   * by whatever function stands here.
   */
  recvFrame(): unknown
}

/** Undefined where amqplib receives in another way. */
export const receivingOf = (model: ChannelModel): Receiving | undefined => {
  const connection: Connection & Partial<Receiving> = model.connection
  return isReceiving(connection) ? connection : undefined
}

const isReceiving = (connection: Partial<Receiving>): connection is Receiving =>
  connection.recvFrame !== undefined && Buffer.isBuffer(connection.rest)
