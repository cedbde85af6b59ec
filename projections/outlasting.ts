import type { AuditIndex, ImportRecord } from '../application/ports/audit-index.ts'
import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { Position } from '../application/ports/position.ts'
import { type ImportId, importIdCodec } from '../domain/ids.ts'
import type { ComparedShare } from './comparison.ts'
import type { Projection } from './projection.ts'

/** What a read model may still show of events that can no longer be read. */
export class Outlasting {
  #documents = 0
  readonly #shown = new Set<Position>()
  readonly #missing = new Map<string, Position>()

  /** How many documents show what such events did. */
  get documents(): number {
    return this.#documents
  }

  /** The share without the differences that such events explain. Removes these suspects from it. */
  async clear<Id, Document>(
    projection: Projection<Id, Document>,
    share: ComparedShare<Document>,
    unreadable: ReadonlyArray<RecordedEvent>,
    auditIndex: Pick<AuditIndex, 'lookup'>,
  ): Promise<ComparedShare<Document>> {
    if (unreadable.length === 0) return share
    const known = share.suspects.size === 0 ? new Map() : await recordsOf(unreadable, auditIndex)
    const own = new Map<string | undefined, Position>()
    for (const recorded of unreadable) {
      own.set(projection.idOfEvent(recorded), recorded.position)
      for (const [id, { found }] of share.suspects) {
        if (!projection.mayShow(found, recorded, known.get(recorded.eventId))) continue
        share.suspects.delete(id)
        this.#documents += 1
        this.#shown.add(recorded.position)
      }
    }
    const missing = share.missing.filter((id) => {
      const position = own.get(id)
      if (position !== undefined) this.#missing.set(id, position)
      return position === undefined
    })
    return { ...share, missing }
  }

  /**
   * Missing documents that no stale document explains. Call it after all shares: if the id of an event was changed, its
   * old document may be in any share.
   */
  missing(): ReadonlyArray<string> {
    return [...this.#missing].filter(([, position]) => !this.#shown.has(position)).map(([id]) => id)
  }
}

const recordsOf = async (
  unreadable: ReadonlyArray<RecordedEvent>,
  auditIndex: Pick<AuditIndex, 'lookup'>,
): Promise<ReadonlyMap<string, ImportRecord>> => {
  const ids = unreadable.map(({ eventId }) => eventId).filter((id): id is ImportId => importIdCodec.is(id))
  return (await auditIndex.lookup(ids, [])).records
}
