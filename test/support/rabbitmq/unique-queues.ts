import { randomUUID } from 'node:crypto'
import { connect } from 'amqplib'

export interface QueuePair {
  readonly importQueue: string
  readonly resultQueue: string
}

/** Names that nobody else uses. */
export const uniqueQueues = (): QueuePair => {
  const id = randomUUID()
  return { importQueue: `test-${id}`, resultQueue: `test-${id}-result` }
}

/** Deletes queues, whether they exist or not. */
export const deleteQueues = async (url: string, ...queues: ReadonlyArray<string>): Promise<void> => {
  const model = await connect(url)
  const channel = await model.createChannel()
  for (const queue of queues) await channel.deleteQueue(queue)
  await model.close()
}
