import { randomUUID } from 'node:crypto'
import { BACKWARDS, END, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client'
import { beginning, isPosition, type Position } from '../../application/ports/position.ts'
import { isJsonObject } from '../../domain/json.ts'
import type { Connection } from './connection.ts'
import { readEvents } from './read-events.ts'
import type { StreamNames } from './stream-names.ts'
import { troubleOf } from './trouble.ts'

interface Checkpoint {
  readonly position: Position
  /** Of the event that says it. */
  readonly revision: bigint
}

/** Each is a stream of its own, of which the server keeps the last event. Its revision is what fences. */
export class Checkpoints {
  readonly #connection: Connection
  readonly #names: StreamNames
  /** As this process wrote them last. Another may have written since: then the append conflicts. */
  readonly #written = new Map<string, Checkpoint>()

  constructor(connection: Connection, names: StreamNames) {
    this.#connection = connection
    this.#names = names
  }

  async read(name: string): Promise<Position | undefined> {
    return (await this.#stored(name))?.position
  }

  /** False when it is not `expected`. @throws Error when the store is lost, and then it may be written or not */
  async write(name: string, expected: Position | undefined, position: Position): Promise<boolean> {
    const written = this.#written.get(name)
    this.#written.delete(name)
    if (written !== undefined && written.position === expected) {
      if (await this.#append(name, written, position)) return true
    }
    const stored = await this.#stored(name)
    if (stored?.position !== expected) return false
    // Before the first checkpoint, so that no checkpoint is ever without it.
    if (stored === undefined) await this.#keepLast(name)
    return this.#append(name, stored, position)
  }

  async #stored(name: string): Promise<Checkpoint | undefined> {
    const [record] = await readEvents(this.#connection, (client, options) =>
      client.readStream(this.#names.checkpoint(name), {
        ...options,
        direction: BACKWARDS,
        fromRevision: END,
        maxCount: 1,
      }),
    )
    if (record === undefined) return undefined
    const position = isJsonObject(record.data) ? record.data.position : undefined
    if (typeof position !== 'string' || !isPositionOrBeginning(position)) {
      throw new Error(`the checkpoint ${name} in EventStoreDB cannot be read`)
    }
    return { position, revision: record.revision }
  }

  async #append(name: string, before: Checkpoint | undefined, position: Position): Promise<boolean> {
    const event = {
      id: randomUUID(),
      contentType: 'application/json',
      type: 'CheckpointMoved',
      data: { position },
      metadata: undefined,
    } as const
    try {
      const { nextExpectedRevision } = await this.#connection.call((client, options) =>
        client.appendToStream(this.#names.checkpoint(name), event, {
          ...options,
          expectedRevision: before?.revision ?? NO_STREAM,
        }),
      )
      this.#written.set(name, { position, revision: nextExpectedRevision })
      return true
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return false
      throw troubleOf(error)
    }
  }

  async #keepLast(name: string): Promise<void> {
    try {
      await this.#connection.call((client, options) =>
        client.setStreamMetadata(this.#names.checkpoint(name), { maxCount: 1 }, options),
      )
    } catch (error) {
      throw troubleOf(error)
    }
  }
}

const isPositionOrBeginning = (text: string): text is Position => text === beginning || isPosition(text)
