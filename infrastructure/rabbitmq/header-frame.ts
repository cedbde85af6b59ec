// AMQP 0-9-1, 2.3.5 and 4.2.6: a frame, and the properties of a message in one of its own.
export const payloadAt = 7
export const flagsAt = 12
export const propertiesAt = 14
export const frameEnd = 0xce
const headerFrame = 2

/** Length in bytes of the frame at the start of these bytes; undefined if it is incomplete. */
export const frameLength = (bytes: Buffer): number | undefined => {
  if (bytes.length < payloadAt) return undefined
  const length = payloadAt + bytes.readUInt32BE(3) + 1
  return bytes.length < length ? undefined : length
}

/** The payload of the frame at the start of these bytes; undefined if it has no properties or is incomplete. */
export const headerPayload = (bytes: Buffer): Buffer | undefined => {
  const length = frameLength(bytes)
  return length === undefined || bytes[0] !== headerFrame ? undefined : bytes.subarray(payloadAt, length - 1)
}

/** The number of bytes before a value that state its length, or else its fixed length. */
const text = { prefix: 1, bytes: 0 }
const table = { prefix: 4, bytes: 0 }
const octet = { prefix: 0, bytes: 1 }
const long = { prefix: 0, bytes: 8 }

/** In order, which is that of their flags from the highest bit down. */
const properties = {
  contentType: text,
  contentEncoding: text,
  headers: table,
  deliveryMode: octet,
  priority: octet,
  correlationId: text,
  replyTo: text,
  expiration: text,
  messageId: text,
  timestamp: long,
  type: text,
  userId: text,
  appId: text,
}
export type PropertyName = keyof typeof properties
const names = Object.keys(properties) as ReadonlyArray<PropertyName>

export const flagOf = (name: PropertyName): number => 0x8000 >> names.indexOf(name)

/** The place of a property in a payload. */
export interface Place {
  readonly from: number
  /** After its length. */
  readonly valueFrom: number
  readonly to: number
}

/** Undefined if the message has no such property. */
export const placeOf = (payload: Buffer, name: PropertyName): Place | undefined => {
  const flags = payload.readUInt16BE(flagsAt)
  let from = propertiesAt
  for (const each of names) {
    if ((flags & flagOf(each)) === 0) continue
    const { prefix, bytes } = properties[each]
    const valueFrom = from + prefix
    const to = valueFrom + (prefix === 0 ? bytes : payload.readUIntBE(from, prefix))
    if (each === name) return { from, valueFrom, to }
    from = to
  }
  return undefined
}
