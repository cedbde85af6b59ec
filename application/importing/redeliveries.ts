import type { ImportId } from '../../domain/ids.ts'
import type { ImportRecord } from '../ports/audit-index.ts'

/** The outcomes of a queue that can each absorb one redelivery of the same bytes. */
export class Absorbers {
  readonly #byBody = new Map<string, Array<ImportId>>()

  constructor(outcomes: ReadonlyArray<{ importId: ImportId; bodySha256: string }>) {
    for (const { importId, bodySha256 } of outcomes) {
      const same = this.#byBody.get(bodySha256)
      if (same === undefined) this.#byBody.set(bodySha256, [importId])
      else same.push(importId)
    }
  }

  /** The outcome that absorbs a redelivery of these bytes, and no other from now on; undefined when none is left. */
  absorb(bodySha256: string): ImportId | undefined {
    return this.#byBody.get(bodySha256)?.pop()
  }
}

/**
 * Recognises redelivered messages that have no `message_id`: each of the last recorded outcomes of the queue absorbs at
 * most one redelivery of the same bytes. Outcomes of the present session absorb nothing, since what they answered was
 * delivered in this session and can only come again in the next.
 */
export class Redeliveries {
  readonly #spent = new Set<ImportId>()
  readonly #window: number

  /** `window`: how many messages of the queue may be unacknowledged at once. */
  constructor(window: number) {
    this.#window = window
  }

  /** `records`: the last `window` outcomes of the queue, read when the batch at hand was looked up. */
  absorbersAmong(records: ReadonlyArray<ImportRecord>): Absorbers {
    return new Absorbers(
      records.flatMap(({ identified, importId, bodySha256 }) =>
        identified || bodySha256 === undefined || this.#spent.has(importId) ? [] : [{ importId, bodySha256 }],
      ),
    )
  }

  /** An outcome that absorbs nothing, or nothing any more. */
  spend(importId: ImportId): void {
    this.#spent.add(importId)
    if (this.#spent.size <= 2 * this.#window) return
    // The oldest is out of the window of the last outcomes by now.
    for (const oldest of this.#spent) {
      this.#spent.delete(oldest)
      break
    }
  }
}
