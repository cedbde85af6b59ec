import { connect } from 'amqplib'

/** The replies to messages whose `message_id`s are numbered from `m-1`, as they arrive. */
export interface Replies {
  /** Messages that are answered. */
  answered(): number
  /** Replies to messages that were answered before. */
  repeated(): number
  /** How many messages were first answered with each verdict, or with each code other than 0. */
  readonly outcomes: ReadonlyMap<string, number>
  close(): Promise<void>
}

export const takeReplies = async (brokerUrl: string, queue: string, messages: number): Promise<Replies> => {
  const model = await connect(brokerUrl)
  const channel = await model.createChannel()
  const seen = new Uint8Array(messages + 1)
  const outcomes = new Map<string, number>()
  let [answered, repeated] = [0, 0]
  await channel.consume(
    queue,
    (reply) => {
      if (reply === null) throw new Error('the queue of replies is gone')
      const { correlationId, headers } = reply.properties
      const number = Number(String(correlationId).slice('m-'.length))
      if (seen[number] === undefined) throw new Error(`a reply to ${correlationId}, which was never sent`)
      if (seen[number] === 1) {
        repeated += 1
        return
      }
      seen[number] = 1
      answered += 1
      const { error } = JSON.parse(reply.content.toString())
      const outcome = error === 0 ? String(headers?.verdict) : `error ${error}`
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    },
    { noAck: true },
  )
  return {
    answered: () => answered,
    repeated: () => repeated,
    outcomes,
    close: () => model.close(),
  }
}
