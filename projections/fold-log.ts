import type { EventStore, RecordedEvent } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { Projection } from './projection.ts'

/**
 * The limits of what is folded in memory at once, whichever is reached first. If there is more, the log is read once
 * for each share.
 */
const maxFolded = { documents: 250_000, bytes: 256 * 1024 * 1024 }

const maxShares = 0x1000000

/** Some of the documents, folded from the whole log. */
export interface FoldedShare<Document> {
  /** By id, in order of creation. */
  readonly documents: Map<string, Document>
  /** Whether a document with this id belongs to this share. */
  readonly holds: (id: string) => boolean
}

/** The ids whose hash has this remainder. */
interface Share {
  readonly remainder: number
  readonly modulus: number
}

const holds =
  ({ remainder, modulus }: Share) =>
  (id: string): boolean =>
    modulus === 1 || hashOf(id) % modulus === remainder

/** FNV-1a, its upper half folded into the lower one, which the remainders are taken from. */
const hashOf = (id: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 16)) >>> 0
}

export interface FoldOptions {
  /** Called with every batch that is read. */
  readonly onRead?: (events: ReadonlyArray<RecordedEvent>) => void
  readonly limit?: { readonly documents: number; readonly bytes: number }
}

/**
 * Folds the log up to a position without any store: all documents, in complete shares, each no larger than `limit` if
 * it can be divided.
 */
export async function* foldLog<Id, Document>(
  projection: Projection<Id, Document>,
  eventStore: EventStore,
  until: Position,
  signal: AbortSignal,
  { onRead, limit = maxFolded }: FoldOptions = {},
): AsyncGenerator<FoldedShare<Document>> {
  const shares: Array<Share> = [{ remainder: 0, modulus: 1 }]
  for (let share = shares.pop(); share !== undefined; share = shares.pop()) {
    const documents = new Map<string, Document>()
    let bytes = 0
    const isTooLarge = () => documents.size > limit.documents || (bytes > limit.bytes && documents.size > 1)
    for await (const batch of eventsUntil(eventStore, until, signal)) {
      onRead?.(batch)
      bytes += foldInto(projection, documents, batch, holds(share))
      while (isTooLarge() && share.modulus < maxShares) {
        const modulus: number = 2 * share.modulus
        shares.push({ remainder: share.remainder + share.modulus, modulus })
        share = { remainder: share.remainder, modulus }
        const kept = holds(share)
        for (const [id, document] of documents) {
          if (kept(id)) continue
          documents.delete(id)
          bytes -= projection.bytesOf(document)
        }
      }
    }
    signal.throwIfAborted()
    yield { documents, holds: holds(share) }
  }
}

/** Folds the events that change a held document. Returns by how many bytes the documents grow. */
export const foldInto = <Id, Document>(
  projection: Projection<Id, Document>,
  documents: Map<string, Document>,
  events: ReadonlyArray<RecordedEvent>,
  isHeld: (id: string) => boolean,
): number => {
  const present = new Map<string, Document>()
  const held = events.filter((recorded) => {
    const id = projection.idOfEvent(recorded)
    if (id === undefined || !isHeld(id)) return false
    const document = documents.get(id)
    if (document !== undefined) present.set(id, document)
    return true
  })
  let grown = 0
  for (const document of projection.fold([...present.values()], held)) {
    const id = projection.idOf(document)
    const before = present.get(id)
    grown += projection.bytesOf(document) - (before === undefined ? 0 : projection.bytesOf(before))
    documents.set(id, document)
  }
  return grown
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
