import { receiveMessage } from '../../../../application/receive-message.ts'
import type { MessageProperties } from '../../../../domain/events/current.ts'
import type { StoredEvent } from '../../../../domain/events/stored-event.ts'
import { databaseStream, rejectedImportsStream } from '../../../../domain/streams.ts'
import type { Published } from '../broker/queue-entry.ts'
import { anyField } from '../service/versions.ts'

/** What distinguishes a message from others, if anything does. */
export const identityOf = (queue: string, properties: MessageProperties, sha256: string): string =>
  JSON.stringify([queue, properties.message_id ?? '', sha256])

export const identityOfMessage = ({ queue, properties, sha256 }: Published): string =>
  identityOf(queue, properties, sha256)

/** That of the message whose outcome an event is. */
export const identityOfEvent = (event: StoredEvent): string | undefined => {
  if (event.type === 'Unreadable' || event.type === 'ImportRepeated') return undefined
  const { source } = event.public
  const { properties, sha256 } = event.personal
  return identityOf(source.kind === 'queue' ? source.queue : '', properties, sha256)
}

const nameOf = ({ queue, properties }: Published): string => JSON.stringify([queue, properties.message_id])

/** No version changes which database a message belongs to. */
const streamOf = (body: Uint8Array): string => {
  const { database } = receiveMessage(anyField.rules)(body)
  return database === undefined ? rejectedImportsStream : databaseStream(database)
}

/** The messages of one queue for one stream, in the order of publishing. */
interface Line {
  readonly messages: Array<Published>
  next: number
}

/** What was published, and which of these messages have their outcome. */
export class Publications {
  readonly #lines = new Map<string, Line>()
  readonly #streamNames = new Set<string>()
  /** By queue and `message_id`: the SHA-256 of the first message with it. */
  readonly #firsts = new Map<string, string>()
  readonly #done = new Set<string>()

  /** `reused`: the identities of messages that are known not to be the first with their `message_id`. */
  constructor(published: ReadonlyArray<Published>, reused: ReadonlySet<string>) {
    for (const message of published) {
      const [name, stream] = [nameOf(message), streamOf(message.body)]
      if (!this.#firsts.has(name) && !reused.has(identityOfMessage(message)))
        this.#firsts.set(name, message.sha256)
      this.#streamNames.add(stream)
      const line = this.#lines.get(`${message.queue} ${stream}`) ?? { messages: [], next: 0 }
      line.messages.push(message)
      this.#lines.set(`${message.queue} ${stream}`, line)
    }
  }

  streams(): ReadonlySet<string> {
    return this.#streamNames
  }

  /** Whether no other body was published before with the same `message_id`. */
  isFirst(message: Published): boolean {
    return message.properties.message_id === undefined || this.#firsts.get(nameOf(message)) === message.sha256
  }

  /** The next message in queue order, without repetitions of what is done. */
  next(queue: string, stream: string): Published | undefined {
    const line = this.#lines.get(`${queue} ${stream}`)
    for (; line !== undefined; line.next++) {
      const message = line.messages[line.next]
      if (message === undefined) return undefined
      if (message.properties.message_id === undefined || !this.#done.has(identityOfMessage(message)))
        return message
    }
    return undefined
  }

  /** The next message has its outcome. */
  advance(queue: string, stream: string): void {
    const message = this.next(queue, stream)
    const line = this.#lines.get(`${queue} ${stream}`)
    if (message === undefined || line === undefined) return
    this.#done.add(identityOfMessage(message))
    line.next += 1
  }
}
