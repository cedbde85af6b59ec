import type { ChannelModel } from 'amqplib'
import { internalsOf } from './amqplib-internals.ts'

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

// AMQP 0-9-1, 2.3.5 and 4.2.6: frames, and the properties of a message within them.
const headerFrame = 2
const frameEnd = 0xce
const payloadAt = 7
const flagsAt = 12
const propertiesAt = 14
const flag = { contentType: 0x8000, contentEncoding: 0x4000, headers: 0x2000 }

/** The frame at the beginning of these bytes, its headers left out; undefined when it has none. */
const withoutHeaders = (bytes: Buffer): Buffer | undefined => {
  if (bytes.length < payloadAt || bytes[0] !== headerFrame) return undefined
  const size = bytes.readUInt32BE(3)
  if (bytes.length <= payloadAt + size) return undefined
  const payload = bytes.subarray(payloadAt, payloadAt + size)
  const flags = payload.readUInt16BE(flagsAt)
  if ((flags & flag.headers) === 0) return undefined
  let headersAt = propertiesAt
  for (const text of [flag.contentType, flag.contentEncoding]) {
    if ((flags & text) !== 0) headersAt += 1 + payload.readUInt8(headersAt)
  }
  const headersEnd = headersAt + 4 + payload.readUInt32BE(headersAt)
  const head = Buffer.from(bytes.subarray(0, payloadAt + propertiesAt))
  head.writeUInt32BE(size - (headersEnd - headersAt), 3)
  head.writeUInt16BE(flags & ~flag.headers, payloadAt + flagsAt)
  return Buffer.concat([
    head,
    payload.subarray(propertiesAt, headersAt),
    payload.subarray(headersEnd),
    Buffer.from([frameEnd]),
  ])
}
