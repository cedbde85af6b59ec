import type { AuditIndex } from '../application/ports/audit-index.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import type { Position } from '../application/ports/position.ts'
import type { Generation, ProjectionStore } from '../application/ports/projection-store.ts'
import { sameJson } from '../domain/canonical-json.ts'
import { Audit } from './audit.ts'
import { type ComparedShare, Comparison, type Suspect, type Verification } from './comparison.ts'
import { type FoldedShare, foldInto, foldLog } from './fold-log.ts'
import { Outlasting } from './outlasting.ts'
import type { Projection } from './projection.ts'

export interface VerifyOptions {
  /**
   * Where the generation may be older than the damage to an event: tells what the event did, if it was indexed before.
   */
  readonly auditIndex?: Pick<AuditIndex, 'lookup'>
  /** Also compares messages that were kept whole with their SHA-256. */
  readonly messages?: boolean
}

/**
 * Folds the log and compares the result with a generation of the read model at its checkpoint. The generation may move
 * on meanwhile: a document that shows a later state is compared with that state.
 */
export const verify = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  generation: Generation,
  eventStore: EventStore,
  signal: AbortSignal,
  { auditIndex, messages }: VerifyOptions = {},
): Promise<Verification> => {
  const { id, checkpoint } = generation
  const audit = new Audit(messages)
  const comparison = new Comparison(projection.name, id, checkpoint, audit)
  const outlasting = new Outlasting()
  const onRead = audit.note.bind(audit)
  for await (const share of foldLog(projection, eventStore, checkpoint, signal, { onRead })) {
    const compared = await compareShare(
      projection,
      store.scan(id, signal, { verifyKeys: true }),
      share,
      signal,
    )
    await clearOfLaterEvents(projection, eventStore, checkpoint, compared.suspects, signal)
    comparison.add(
      auditIndex === undefined
        ? compared
        : await outlasting.clear(projection, compared, audit.unreadable, auditIndex),
    )
  }
  comparison.addMissing(outlasting.missing())
  return comparison.result(outlasting.documents)
}

/** Compares a share with the documents of a generation, and removes them from the share. */
export const compareShare = async <Id, Document>(
  projection: Projection<Id, Document>,
  scan: AsyncIterable<ReadonlyArray<Document>>,
  share: FoldedShare<Document>,
  signal: AbortSignal,
): Promise<ComparedShare<Document>> => {
  const suspects = new Map<string, Suspect<Document>>()
  let documents = 0
  for await (const batch of scan) {
    for (const found of batch) {
      const id = projection.idOf(found)
      if (!share.holds(id)) continue
      documents += 1
      const expected = share.documents.get(id)
      share.documents.delete(id)
      if (expected === undefined || !sameJson(expected, found)) suspects.set(id, { expected, found })
    }
  }
  signal.throwIfAborted()
  return { documents, missing: [...share.documents.keys()], suspects }
}

/** Removes from the suspects those that a later event explains. */
const clearOfLaterEvents = async <Id, Document>(
  projection: Projection<Id, Document>,
  eventStore: EventStore,
  after: Position,
  suspects: Map<string, Suspect<Document>>,
  signal: AbortSignal,
): Promise<void> => {
  if (suspects.size === 0) return
  const states = new Map<string, Document>()
  for (const [id, { expected }] of suspects) if (expected !== undefined) states.set(id, expected)
  for await (const batch of eventStore.read(after, signal)) {
    for (const recorded of batch) {
      const id = projection.idOfEvent(recorded)
      const suspect = id === undefined ? undefined : suspects.get(id)
      if (id === undefined || suspect === undefined) continue
      foldInto(projection, states, [recorded], () => true)
      if (sameJson(states.get(id), suspect.found)) suspects.delete(id)
    }
    if (suspects.size === 0) return
  }
}
