import { hash } from 'node:crypto'
import type { ImportEvent } from '../../../domain/events/current.ts'
import { type TorturedMessage, torturedMessage } from './messages.ts'

/** A message as the importer identifies it: by its `message_id` and its bytes, or by its bytes alone. */
export interface Expectation {
  readonly message: Omit<TorturedMessage, 'body'>
  outcomes: number
  /** When the last of its outcomes was taken from the queue: milliseconds since 1970. */
  lastTaken: number
}

const nameOf = (messageId: string | undefined, correlationId: string | undefined, sha256: string): string =>
  messageId === undefined ? `${correlationId} ${sha256}` : `${messageId} ${sha256}`

export const nameOfEvent = ({ personal: { properties, sha256 } }: ImportEvent): string =>
  nameOf(properties.message_id, properties.correlation_id, sha256)

/** All distinct messages of a seed below number `count`. */
export const expectations = (seed: number, count: number): Map<string, Expectation> => {
  const expected = new Map<string, Expectation>()
  for (let n = 0; n < count; n++) {
    const { body, ...message } = torturedMessage(seed, n)
    const name = nameOf(message.messageId, message.correlationId, hash('sha256', body, 'hex'))
    if (!expected.has(name)) expected.set(name, { message, outcomes: 0, lastTaken: 0 })
  }
  return expected
}
