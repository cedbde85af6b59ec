import type { EventStore, RecordedEvent } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { Generation, ProjectionStore } from '../application/ports/projection-store.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Projection } from './projection.ts'

export interface Difference {
  readonly id: string
  readonly problem: 'missing' | 'unexpected' | 'different'
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
}

const maxExamples = 20

/** Documents folded in memory at once; a larger read model is verified part by part, reading the log once for each. */
const maxFolded = 250_000

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
): Promise<Verification> => {
  const examples: Difference[] = []
  let [documents, differences] = [0, 0]
  for (let part = 0, parts = 1; part < parts; part += 1) {
    const folded = await foldPart(projection, eventStore, generation.checkpoint, part, parts, signal)
    parts = folded.parts
    const suspects = new Map<string, Suspect<Document>>()
    for await (const batch of store.scan(generation.id, signal)) {
      for (const document of batch) {
        const id = projection.idOf(document)
        if (partOf(id, parts) !== part) continue
        documents += 1
        const expected = folded.documents.get(id)
        folded.documents.delete(id)
        if (expected === undefined || !equal(expected, document)) {
          suspects.set(id, { expected, found: document })
        }
      }
    }
    await clearOfLaterEvents(projection, eventStore, generation.checkpoint, suspects, signal)
    for (const id of folded.documents.keys()) examples.push({ id, problem: 'missing' })
    for (const [id, { expected }] of suspects) {
      examples.push({ id, problem: expected === undefined ? 'unexpected' : 'different' })
    }
    differences += folded.documents.size + suspects.size
    examples.splice(maxExamples)
  }
  return {
    projection: projection.name,
    generation: generation.id,
    checkpoint: generation.checkpoint,
    documents,
    differences,
    examples,
  }
}

/** Members mostly stand in the same order, so the cheap comparison mostly tells. */
const equal = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(b)

const partOf = (id: string, parts: number): number => Number.parseInt(id.slice(-6), 16) % parts

/** Doubles the number of parts whenever this one grows too large; what then belongs to others is let go. */
const foldPart = async <Id, Document>(
  projection: Projection<Id, Document>,
  eventStore: EventStore,
  until: Position,
  part: number,
  initialParts: number,
  signal: AbortSignal,
): Promise<{ documents: Map<string, Document>; parts: number }> => {
  const documents = new Map<string, Document>()
  let parts = initialParts
  if (until === beginning) return { documents, parts }
  for await (const batch of eventStore.read(beginning, signal)) {
    foldInto(
      projection,
      documents,
      batch.filter((recorded) => {
        const id = projection.idOfEvent(recorded)
        return (
          id !== undefined && partOf(id, parts) === part && comparePositions(recorded.position, until) <= 0
        )
      }),
    )
    while (documents.size > maxFolded) {
      parts *= 2
      for (const id of documents.keys()) if (partOf(id, parts) !== part) documents.delete(id)
    }
    const last = batch.at(-1)
    if (last !== undefined && comparePositions(last.position, until) >= 0) break
  }
  return { documents, parts }
}

const foldInto = <Id, Document>(
  projection: Projection<Id, Document>,
  documents: Map<string, Document>,
  events: ReadonlyArray<RecordedEvent>,
): void => {
  const present = new Map<string, Document>()
  for (const recorded of events) {
    const id = projection.idOfEvent(recorded) ?? ''
    const document = documents.get(id)
    if (document !== undefined) present.set(id, document)
  }
  for (const document of projection.fold([...present.values()], events)) {
    documents.set(projection.idOf(document), document)
  }
}

interface Suspect<Document> {
  readonly expected: Document | undefined
  readonly found: Document
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
      foldInto(projection, states, [recorded])
      if (equal(states.get(id), suspect.found)) suspects.delete(id)
    }
    if (suspects.size === 0) return
  }
}
