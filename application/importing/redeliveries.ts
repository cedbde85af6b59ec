import type { ImportId } from '../../domain/ids.ts'
import type { ImportRecord } from '../ports/import-log.ts'

/**
 * Recognises redelivered messages that have no `message_id`: each of the last recorded outcomes of the queue absorbs at
 * most one redelivery of the same bytes. Outcomes of the present session absorb nothing, since what they answered was
 * delivered in this session and can only come again in the next.
 */
export class Redeliveries {
  private readonly spent = new Set<ImportId>()
  private readonly absorbers = new Map<string, ImportId[]>()
  private readonly window: number

  /** `window`: how many messages of the queue may be unacknowledged at once. */
  constructor(window: number) {
    this.window = window
  }

  /** `records`: the last `window` outcomes of the queue, read when the batch at hand was looked up. */
  refresh(records: ReadonlyArray<ImportRecord>): void {
    this.absorbers.clear()
    for (const record of records) {
      const { identified, importId, bodySha256 } = record
      if (identified || bodySha256 === undefined || this.spent.has(importId)) continue
      const same = this.absorbers.get(bodySha256)
      if (same === undefined) this.absorbers.set(bodySha256, [importId])
      else same.push(importId)
    }
  }

  /** True when an outcome of these bytes was still free to absorb this redelivery. */
  absorb(bodySha256: string): boolean {
    const importId = this.absorbers.get(bodySha256)?.pop()
    if (importId === undefined) return false
    this.recorded(importId)
    return true
  }

  /** An outcome that absorbs nothing, or nothing any more. */
  recorded(importId: ImportId): void {
    this.spent.add(importId)
    if (this.spent.size <= 2 * this.window) return
    // The oldest is out of the window of the last outcomes by now.
    for (const oldest of this.spent) {
      this.spent.delete(oldest)
      break
    }
  }
}
