import { connect } from 'amqplib'
import { internalsOf } from '../../../infrastructure/rabbitmq/amqplib-internals.ts'

const bytes = (...values: ReadonlyArray<number>) => Buffer.from(values)
const u16 = (value: number) => bytes(value >> 8, value & 0xff)
export const u32 = (value: number) => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)])
export const shortText = (text: string | Buffer) => Buffer.concat([bytes(text.length), Buffer.from(text)])
const frame = (type: number, ...parts: ReadonlyArray<Buffer>) => {
  const payload = Buffer.concat(parts)
  return Buffer.concat([bytes(type), u16(1), u32(payload.length), payload, bytes(0xce)])
}

/** Properties as in a frame: each in its own form, preceded by its length if it has one. */
export interface RawProperties {
  readonly contentType?: Buffer
  readonly headers?: Buffer
  readonly correlationId?: Buffer
  readonly messageId?: Buffer
  readonly appId?: Buffer
}

const flags = {
  contentType: 0x8000,
  headers: 0x2000,
  correlationId: 0x0400,
  messageId: 0x0080,
  appId: 0x0008,
} as const

export interface RawMessage {
  readonly body: string
  readonly properties: RawProperties
}

/** Publishes messages that no client would send, written byte by byte. */
export const publishRaw = async (
  url: string,
  queue: string,
  messages: ReadonlyArray<RawMessage>,
): Promise<void> => {
  const model = await connect(url)
  const channel = await model.createChannel()
  await channel.assertQueue(queue, { durable: true })
  const { stream } = internalsOf(model)
  const [basic, publish] = [u16(60), u16(40)]
  for (const { body, properties } of messages) {
    let present = 0
    const values: Array<Buffer> = []
    for (const name of Object.keys(flags) as Array<keyof typeof flags>) {
      const value = properties[name]
      if (value === undefined) continue
      present |= flags[name]
      values.push(value)
    }
    stream.write(
      Buffer.concat([
        frame(1, basic, publish, u16(0), shortText(''), shortText(queue), bytes(0)),
        frame(2, basic, u16(0), u32(0), u32(body.length), u16(present), ...values),
        ...(body === '' ? [] : [frame(3, Buffer.from(body))]),
      ]),
    )
  }
  // Answered after the messages have arrived.
  await channel.checkQueue(queue)
  await model.close()
}
