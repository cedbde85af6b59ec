import type { EventStore, RecordedEvent } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { Projection } from './projection.ts'

/** Documents folded in memory at once; of more, the log is read once for each part. */
const maxFolded = 250_000

/** As many shares as the digits that are looked at can tell apart. */
const digits = 0x1000000

/** Some of the documents, folded from the whole log. */
export interface FoldedPart<Document> {
  /** By id, in the order in which they came to be. */
  readonly documents: Map<string, Document>
  /** Whether a document with this id belongs to this part. */
  readonly holds: (id: string) => boolean
}

/** The ids whose last digits leave this remainder. */
interface Share {
  readonly remainder: number
  readonly modulus: number
}

const holds =
  ({ remainder, modulus }: Share) =>
  (id: string): boolean =>
    Number.parseInt(id.slice(-6), 16) % modulus === remainder

export interface FoldOptions {
  /** Told of every batch that is read. */
  readonly onRead?: (events: ReadonlyArray<RecordedEvent>) => void
  readonly limit?: number
}

/**
 * Folds the log up to a position without any store: all documents, part by part, each part whole, of about
 * `limit` documents at most.
 */
export async function* foldLog<Id, Document>(
  projection: Projection<Id, Document>,
  eventStore: EventStore,
  until: Position,
  signal: AbortSignal,
  { onRead, limit = maxFolded }: FoldOptions = {},
): AsyncGenerator<FoldedPart<Document>> {
  const shares: Share[] = [{ remainder: 0, modulus: 1 }]
  for (let share = shares.pop(); share !== undefined; share = shares.pop()) {
    const documents = new Map<string, Document>()
    for await (const batch of eventsUntil(eventStore, until, signal)) {
      onRead?.(batch)
      foldInto(projection, documents, batch, holds(share))
      while (documents.size > limit && share.modulus < digits) {
        const modulus: number = 2 * share.modulus
        shares.push({ remainder: share.remainder + share.modulus, modulus })
        share = { remainder: share.remainder, modulus }
        const kept = holds(share)
        for (const id of documents.keys()) if (!kept(id)) documents.delete(id)
      }
    }
    signal.throwIfAborted()
    yield { documents, holds: holds(share) }
  }
}

/** Folds those events that change a document which is held. */
export const foldInto = <Id, Document>(
  projection: Projection<Id, Document>,
  documents: Map<string, Document>,
  events: ReadonlyArray<RecordedEvent>,
  isHeld: (id: string) => boolean,
): void => {
  const present = new Map<string, Document>()
  const held = events.filter((recorded) => {
    const id = projection.idOfEvent(recorded)
    if (id === undefined || !isHeld(id)) return false
    const document = documents.get(id)
    if (document !== undefined) present.set(id, document)
    return true
  })
  for (const document of projection.fold([...present.values()], held)) {
    documents.set(projection.idOf(document), document)
  }
}

async function* eventsUntil(
  eventStore: EventStore,
  until: Position,
  signal: AbortSignal,
): AsyncGenerator<ReadonlyArray<RecordedEvent>> {
  if (until === beginning) return
  for await (const batch of eventStore.read(beginning, signal)) {
    const last = batch.at(-1)
    if (last !== undefined && comparePositions(last.position, until) < 0) {
      yield batch
      continue
    }
    yield batch.filter(({ position }) => comparePositions(position, until) <= 0)
    return
  }
}
