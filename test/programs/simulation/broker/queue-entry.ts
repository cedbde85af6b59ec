import type { MessageProperties } from '../../../../domain/events/metadata.ts'

/** A message as its producer published it. */
export interface Published {
  readonly queue: string
  readonly body: Uint8Array
  /** Of the body, hex. */
  readonly sha256: string
  readonly properties: MessageProperties
}

export interface QueueEntry {
  /** Its place in the order of all queues. */
  readonly place: number
  readonly message: Published
  /** How often it was handed to a consumer: more than none, and it comes redelivered. */
  deliveries: number
}
