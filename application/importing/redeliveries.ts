import type { ImportId } from '../../domain/ids.ts'
import type { ImportRecord } from '../ports/audit-index.ts'

/** The outcomes of a queue, each of which can absorb one redelivery of the same bytes. */
export class Absorbers {
  readonly #byBody = new Map<string, Array<ImportId>>()

  constructor(outcomes: ReadonlyArray<{ importId: ImportId; bodySha256: string }>) {
    for (const { importId, bodySha256 } of outcomes) {
      const same = this.#byBody.get(bodySha256)
      if (same === undefined) this.#byBody.set(bodySha256, [importId])
      else same.push(importId)
    }
  }

  /** The outcome that absorbs a redelivery of these bytes, and no other from then on. Undefined if none is left. */
  absorb(bodySha256: string): ImportId | undefined {
    return this.#byBody.get(bodySha256)?.pop()
  }
}

/**
 * Recognises redelivered messages without `message_id`: each of the last recorded outcomes of the queue absorbs at most
 * one redelivery of the same bytes. Outcomes of the current session absorb nothing, since their messages were delivered
 * in this session and can only return in the next.
 */
export class Redeliveries {
  readonly #spent = new Set<ImportId>()
  readonly #window: number

  /** `window`: how many messages of the queue may be unacknowledged at once. */
  constructor(window: number) {
    this.#window = window
  }

  /** `records`: the last `window` outcomes of the queue, read when the current batch was looked up. */
  absorbersAmong(records: ReadonlyArray<ImportRecord>): Absorbers {
    return new Absorbers(
      records.flatMap(({ identified, importId, bodySha256 }) =>
        identified || bodySha256 === undefined || this.#spent.has(importId) ? [] : [{ importId, bodySha256 }],
      ),
    )
  }

  /** An outcome that absorbs nothing, or nothing more. */
  spend(importId: ImportId): void {
    this.#spent.add(importId)
    if (this.#spent.size <= 2 * this.#window) return
    // The oldest outcome is no longer within the window.
    for (const oldest of this.#spent) {
      this.#spent.delete(oldest)
      break
    }
  }
}
