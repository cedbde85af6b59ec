import { randomUUID } from 'node:crypto'
import { NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client'
import { isJsonObject } from '../../domain/json.ts'
import type { Connection } from './connection.ts'
import { lastEvent } from './read-events.ts'
import { troubleOf } from './trouble.ts'

/** How the server stores texts of one kind. */
export interface TextForm<Text extends string> {
  /** In words. */
  readonly kind: string
  readonly stream: (name: string) => string
  /** The type of the event that holds the text. */
  readonly eventType: string
  /** The member of the event's data that holds it. */
  readonly member: string
  readonly is: (text: string) => text is Text
}

interface Kept<Text> {
  readonly text: Text
  /** Of the event that holds it. */
  readonly revision: bigint
}

/**
 * Small named texts. Each has its own stream, of which the server keeps the last event. Its revision provides fencing.
 */
export class KeptTexts<Text extends string> {
  readonly #connection: Connection
  readonly #form: TextForm<Text>
  /** As last written by this process. If another process has written since, the append conflicts. */
  readonly #written = new Map<string, Kept<Text>>()

  constructor(connection: Connection, form: TextForm<Text>) {
    this.#connection = connection
    this.#form = form
  }

  async read(name: string): Promise<Text | undefined> {
    return (await this.#stored(name))?.text
  }

  /** False if it is not `expected`. @throws Error if the store is lost; it may then have been written or not */
  async write(name: string, expected: Text | undefined, text: Text): Promise<boolean> {
    const written = this.#written.get(name)
    this.#written.delete(name)
    if (written !== undefined && written.text === expected) {
      if (await this.#append(name, written, text)) return true
    }
    const stored = await this.#stored(name)
    if (stored?.text !== expected) return false
    // Before the first text, so that no text ever exists without it.
    if (stored === undefined) await this.#keepLast(name)
    return this.#append(name, stored, text)
  }

  async #stored(name: string): Promise<Kept<Text> | undefined> {
    const { kind, stream, member, is } = this.#form
    const event = await lastEvent(this.#connection, stream(name))
    if (event === undefined) return undefined
    const text = isJsonObject(event.data) ? event.data[member] : undefined
    if (typeof text !== 'string' || !is(text)) {
      throw new Error(`the ${kind} ${name} in EventStoreDB cannot be read`)
    }
    return { text, revision: event.revision }
  }

  async #append(name: string, before: Kept<Text> | undefined, text: Text): Promise<boolean> {
    const { stream, eventType, member } = this.#form
    const event = {
      id: randomUUID(),
      contentType: 'application/json',
      type: eventType,
      data: { [member]: text },
      metadata: undefined,
    } as const
    try {
      const { nextExpectedRevision } = await this.#connection.call((client, options) =>
        client.appendToStream(stream(name), event, {
          ...options,
          expectedRevision: before?.revision ?? NO_STREAM,
        }),
      )
      this.#written.set(name, { text, revision: nextExpectedRevision })
      return true
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return false
      throw troubleOf(error, `append to ${stream(name)}`)
    }
  }

  async #keepLast(name: string): Promise<void> {
    const stream = this.#form.stream(name)
    try {
      await this.#connection.call((client, options) =>
        client.setStreamMetadata(stream, { maxCount: 1 }, options),
      )
    } catch (error) {
      throw troubleOf(error, `write the metadata of ${stream}`)
    }
  }
}
