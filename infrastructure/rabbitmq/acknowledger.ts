import type { Channel, Message } from 'amqplib'

/**
 * Acknowledges delivery tags of a channel with few frames: one for all that complete the unbroken run of tags from the
 * first delivery on, and one for each of the others. Pass each tag only once.
 */
export const acknowledger = (channel: Pick<Channel, 'ack'>): ((tags: Array<number>) => void) => {
  /** Every tag up to here is acknowledged. */
  let acknowledged = 0
  const ahead = new Set<number>()

  return (tags) => {
    let run: number | undefined
    for (const tag of tags.sort((a, b) => a - b)) {
      while (ahead.delete(acknowledged + 1)) acknowledged++
      if (tag === acknowledged + 1) {
        acknowledged = tag
        // The broker refuses a tag that it already had, so the run is named by a tag of this call.
        run = tag
      } else {
        ahead.add(tag)
        channel.ack(tagged(tag), false)
      }
    }
    if (run !== undefined) channel.ack(tagged(run), true)
  }
}

/** amqplib acknowledges by message, but reads only the tag. */
const tagged = (deliveryTag: number): Message => ({
  content: noBytes,
  fields: { deliveryTag, redelivered: false, exchange: '', routingKey: '' },
  properties: noProperties,
})

const noBytes = Buffer.alloc(0)
const noProperties = {} as Message['properties']
