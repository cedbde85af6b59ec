import { isUtf8 } from 'node:buffer'
import type { ChannelModel } from 'amqplib'
import { internalsOf } from './amqplib-internals.ts'
import { frameLength, headerPayload, type PropertyName, payloadAt, placeOf } from './header-frame.ts'
import { isObject } from './is-object.ts'

/** The replacement for bytes that are not UTF-8. */
const replacement = '\ufffd'
const received = ['messageId', 'appId', 'correlationId'] as const satisfies ReadonlyArray<PropertyName>

/**
 * amqplib decodes ids as UTF-8, so many that are not UTF-8 become the same text. This makes received messages carry
 * such ids as a Buffer, and accepts a Buffer of 1 to 255 bytes as the `correlationId` of a sent one.
 */
export const passByteIds = (model: ChannelModel): void => {
  receiveByteIds(model)
  sendByteIds(model)
}

const receiveByteIds = (model: ChannelModel): void => {
  const connection = internalsOf(model)
  const receive = connection.recvFrame.bind(connection)
  connection.recvFrame = () => {
    const bytes = connection.rest
    const frame = receive()
    if (isObject(frame) && isObject(frame.fields)) {
      for (const name of received) {
        const text = frame.fields[name]
        if (typeof text !== 'string' || !text.includes(replacement)) continue
        // Without a payload, a nested call has read and handled this frame.
        const payload = headerPayload(bytes)
        const id = payload === undefined ? undefined : idIn(payload, name)
        if (id !== undefined && !isUtf8(id)) frame.fields[name] = id
      }
    }
    return frame
  }
}

/** A copy, because the surrounding buffer may be large. */
const idIn = (payload: Buffer, name: PropertyName): Buffer | undefined => {
  const place = placeOf(payload, name)
  return place === undefined ? undefined : Buffer.from(payload.subarray(place.valueFrom, place.to))
}

const sendByteIds = (model: ChannelModel): void => {
  const connection = internalsOf(model)
  const send = connection.sendMessage.bind(connection)
  connection.sendMessage = (channel, method, fields, kind, props, body) => {
    const id = props.correlationId
    const target = connection.channels[channel]
    if (!Buffer.isBuffer(id) || !target) return send(channel, method, fields, kind, props, body)
    const { buffer } = target
    const chunks: Array<Buffer> = []
    target.buffer = { write: (chunk) => chunks.push(chunk) > 0 }
    try {
      send(channel, method, fields, kind, { ...props, correlationId: 'x'.repeat(id.length) }, body)
    } finally {
      target.buffer = buffer
    }
    const frames = Buffer.concat(chunks)
    const header = frames.subarray(frameLength(frames))
    const payload = headerPayload(header)
    const place = payload === undefined ? undefined : placeOf(payload, 'correlationId')
    if (place === undefined) throw new Error('this version of amqplib writes messages differently')
    id.copy(header, payloadAt + place.valueFrom)
    return buffer.write(frames)
  }
}
