import type { ChannelModel } from 'amqplib'
import { internalsOf } from './amqplib-internals.ts'
import { flagOf, flagsAt, frameEnd, headerPayload, payloadAt, placeOf, propertiesAt } from './header-frame.ts'

/**
 * amqplib decodes headers recursively: some thousands of nested tables overflow the stack. That costs it the
 * connection, again and again whenever the message is redelivered, so that nothing behind it is ever taken. This lets
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

/** The frame at the start of these bytes, without its headers; undefined if it has none. */
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
