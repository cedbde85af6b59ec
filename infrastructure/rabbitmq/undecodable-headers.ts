import type { ChannelModel } from 'amqplib'
import { internalsOf } from './amqplib-internals.ts'
import { flagOf, flagsAt, frameEnd, headerPayload, payloadAt, placeOf, propertiesAt } from './header-frame.ts'

/**
 * amqplib decodes headers by recursion: some thousands of tables, one within the other, are too many for the stack. That
 * costs it the connection, and again whenever the message is delivered again, so that nothing behind it is ever taken. Lets
 * such a message pass without its headers.
 */
export const passUndecodableHeaders = (model: ChannelModel): void => {
  const connection = internalsOf(model)
  const receive = connection.recvFrame.bind(connection)
  connection.recvFrame = () => {
    const bytes = connection.rest
    try {
      return receive()
    } catch (error) {
      const bare = connection.rest === bytes ? undefined : withoutHeaders(bytes)
      if (bare === undefined) throw error
      connection.rest = Buffer.concat([bare, connection.rest])
      return receive()
    }
  }
}

/** The frame at the beginning of these bytes, its headers left out; undefined when it has none. */
const withoutHeaders = (bytes: Buffer): Buffer | undefined => {
  const payload = headerPayload(bytes)
  const headers = payload === undefined ? undefined : placeOf(payload, 'headers')
  if (payload === undefined || headers === undefined) return undefined
  const head = Buffer.from(bytes.subarray(0, payloadAt + propertiesAt))
  head.writeUInt32BE(payload.length - (headers.to - headers.from), 3)
  head.writeUInt16BE(payload.readUInt16BE(flagsAt) & ~flagOf('headers'), payloadAt + flagsAt)
  return Buffer.concat([
    head,
    payload.subarray(propertiesAt, headers.from),
    payload.subarray(headers.to),
    Buffer.from([frameEnd]),
  ])
}
