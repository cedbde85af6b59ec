import { publishRaw, shortText, u32 } from '../../support/rabbitmq/raw-message.ts'

/** Tables nested in one another. */
const nested = (depth: number): Buffer => {
  let table = u32(0)
  for (let i = 1; i < depth; i++) {
    const member = Buffer.concat([shortText(''), Buffer.from('F'), table])
    table = Buffer.concat([u32(member.length), member])
  }
  return table
}

/** Publishes a message with headers that no client would send. */
export const publishNestedHeaders = (
  url: string,
  queue: string,
  { body, messageId, depth }: { body: string; messageId: string | Buffer; depth: number },
): Promise<void> =>
  publishRaw(url, queue, [
    {
      body,
      properties: {
        contentType: shortText('application/json'),
        headers: nested(depth),
        messageId: shortText(messageId),
      },
    },
  ])
