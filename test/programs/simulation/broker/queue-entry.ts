import type { Delivery, ReplayClaim } from '../../../../application/ports/import-source.ts'
import type { MessageProperties } from '../../../../domain/events/current.ts'

/** A message as its producer published it. */
export interface Published {
  readonly queue: string
  readonly body: Uint8Array
  /** SHA-256 of the body, hex. */
  readonly sha256: string
  readonly properties: MessageProperties
  /** Of a kept message that is resubmitted. */
  readonly replay?: ReplayClaim & Required<Pick<Delivery, 'replayMark'>>
}

export interface QueueEntry {
  /** Its place in the order of all queues. */
  readonly place: number
  readonly message: Published
  /** How often it was delivered: if ever, it comes as redelivered. */
  deliveries: number
}
