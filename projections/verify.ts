import type { EventStore } from '../application/ports/event-store.ts'
import type { ImportLog } from '../application/ports/import-log.ts'
import type { Position } from '../application/ports/position.ts'
import type { Generation, ProjectionStore } from '../application/ports/projection-store.ts'
import { sameJson } from '../domain/canonical-json.ts'
import { Audit, placeOf, type UnreadablePlace } from './audit.ts'
import { clearOfUnreadable, type Suspect } from './clear-of-unreadable.ts'
import { type FoldedPart, foldInto, foldLog } from './fold-log.ts'
import type { Projection } from './projection.ts'

export interface Difference {
  readonly id: string
  /** `changed message`: the kept message of an import is not the one whose SHA-256 was recorded. */
  readonly problem: 'missing' | 'unexpected' | 'different' | 'changed message'
}

export interface Verification {
  readonly projection: string
  readonly generation: number
  /** Everything up to here was compared; what comes after is lag, not difference. */
  readonly checkpoint: Position
  readonly documents: number
  readonly differences: number
  /** The first of the differences. */
  readonly examples: ReadonlyArray<Difference>
  /** Events of the log that cannot be read. */
  readonly unreadable: number
  readonly unreadable_examples: ReadonlyArray<UnreadablePlace>
  /** Documents that still show what such an event did: no difference, and gone with the next rebuild. */
  readonly outlasting: number
}

const maxExamples = 20

export interface VerifyOptions {
  /**
   * Where the generation may be older than the damage to an event: tells which profile the event changed, if it was indexed
   * before.
   */
  readonly importLog?: Pick<ImportLog, 'lookup'>
  /** Also compares the messages that are kept whole with their SHA-256. */
  readonly messages?: boolean
}

/**
 * Folds the log and compares the result with a generation of the read model, at its checkpoint. The generation may go
 * on meanwhile: a document that shows a later state is compared with that state.
 */
export const verify = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  generation: Generation,
  eventStore: EventStore,
  signal: AbortSignal,
  { importLog, messages }: VerifyOptions = {},
): Promise<Verification> => {
  const { id, checkpoint } = generation
  const audit = new Audit(messages)
  const comparison = new Comparison(projection.name, id, checkpoint, audit)
  const onRead = audit.note.bind(audit)
  for await (const part of foldLog(projection, eventStore, checkpoint, signal, { onRead })) {
    const compared = await comparePart(projection, store, id, part, signal)
    await clearOfLaterEvents(projection, eventStore, checkpoint, compared.suspects, signal)
    const outlasting =
      importLog && (await clearOfUnreadable(projection, compared.suspects, audit.unreadable, importLog))
    comparison.add(compared, outlasting)
  }
  return comparison.result()
}

/** Gathers the comparisons of the parts. */
export class Comparison {
  #documents = 0
  #differences = 0
  #outlasting = 0
  readonly #examples: Array<Difference> = []
  readonly #about: Pick<Verification, 'projection' | 'generation' | 'checkpoint'>
  readonly #audit: Audit

  constructor(projection: string, generation: number, checkpoint: Position, audit: Audit) {
    this.#about = { projection, generation, checkpoint }
    this.#audit = audit
  }

  add<Document>({ documents, missing, suspects }: ComparedPart<Document>, outlasting = 0): void {
    this.#documents += documents
    this.#outlasting += outlasting
    this.#differences += missing.length + suspects.size
    for (const id of missing) this.#examples.push({ id, problem: 'missing' })
    for (const [id, { expected }] of suspects) {
      this.#examples.push({ id, problem: expected === undefined ? 'unexpected' : 'different' })
    }
    this.#examples.splice(maxExamples)
  }

  result(): Verification {
    const { unreadable, changedMessages } = this.#audit
    const changed = changedMessages.map((id): Difference => ({ id, problem: 'changed message' }))
    return {
      ...this.#about,
      documents: this.#documents,
      differences: this.#differences + changed.length,
      examples: [...this.#examples, ...changed].slice(0, maxExamples),
      unreadable: unreadable.length,
      unreadable_examples: unreadable.slice(0, maxExamples).map(placeOf),
      outlasting: this.#outlasting,
    }
  }
}

interface ComparedPart<Document> {
  /** How many the generation has. */
  readonly documents: number
  /** Ids of those it should have besides. */
  readonly missing: ReadonlyArray<string>
  /** By id, those that are not as the fold has them. */
  readonly suspects: Map<string, Suspect<Document>>
}

/** Compares a part with what a generation holds of it. Takes the documents out of the part. */
export const comparePart = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  generation: number,
  part: FoldedPart<Document>,
  signal: AbortSignal,
): Promise<ComparedPart<Document>> => {
  const suspects = new Map<string, Suspect<Document>>()
  let documents = 0
  for await (const batch of store.scan(generation, signal)) {
    for (const found of batch) {
      const id = projection.idOf(found)
      if (!part.holds(id)) continue
      documents += 1
      const expected = part.documents.get(id)
      part.documents.delete(id)
      if (expected === undefined || !sameJson(expected, found)) suspects.set(id, { expected, found })
    }
  }
  signal.throwIfAborted()
  return { documents, missing: [...part.documents.keys()], suspects }
}

/** Takes from the suspects those that a later event explains. */
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
