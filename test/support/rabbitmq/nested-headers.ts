import { connect } from 'amqplib'
import { internalsOf } from '../../../infrastructure/rabbitmq/amqplib-internals.ts'

const bytes = (...values: ReadonlyArray<number>) => Buffer.from(values)
const u16 = (value: number) => bytes(value >> 8, value & 0xff)
const u32 = (value: number) => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)])
const shortText = (text: string) => Buffer.concat([bytes(text.length), Buffer.from(text)])
const frame = (type: number, ...parts: ReadonlyArray<Buffer>) => {
  const payload = Buffer.concat(parts)
  return Buffer.concat([bytes(type), u16(1), u32(payload.length), payload, bytes(0xce)])
}

/** A table that holds a table, and so on. */
const nested = (depth: number): Buffer => {
  let table = u32(0)
  for (let i = 1; i < depth; i++) {
    const member = Buffer.concat([shortText(''), Buffer.from('F'), table])
    table = Buffer.concat([u32(member.length), member])
  }
  return table
}

/** Publishes a message with headers that no client would send, written byte by byte. */
export const publishNestedHeaders = async (
  url: string,
  queue: string,
  { body, messageId, depth }: { body: string; messageId: string; depth: number },
): Promise<void> => {
  const model = await connect(url)
  const channel = await model.createChannel()
  await channel.assertQueue(queue, { durable: true })
  const { stream } = internalsOf(model)
  const [basic, publish] = [u16(60), u16(40)]
  const contentTypeHeadersAndMessageId = u16(0x8000 | 0x2000 | 0x0080)
  stream.write(
    Buffer.concat([
      frame(1, basic, publish, u16(0), shortText(''), shortText(queue), bytes(0)),
      frame(
        2,
        ...[basic, u16(0), u32(0), u32(body.length), contentTypeHeadersAndMessageId],
        ...[shortText('application/json'), nested(depth), shortText(messageId)],
      ),
      frame(3, Buffer.from(body)),
    ]),
  )
  // Answered after the message has arrived.
  await channel.checkQueue(queue)
  await model.close()
}
