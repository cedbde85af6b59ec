import type { ImportId } from '../../domain/ids.ts'
import type { KeySet } from '../../domain/matching/identity-key.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Profile } from '../../domain/profile.ts'
import { beginning, comparePositions, type Position } from '../ports/position.ts'
import { HeldStream, type KeyedProfile } from './held-stream.ts'

/** What is known about an import that is done. */
export interface KnownImport {
  readonly importId: ImportId
  /** Undefined if its event is too damaged to say. */
  readonly bodySha256?: string
  /** Undefined if its event cannot be read. */
  readonly outcome?: Outcome
}

/** One append of this process, from its first decision until both projections have applied it. */
interface Append {
  readonly stream: string
  readonly createdRevisions: Set<number>
  readonly imports: Array<KnownImport>
  /** `beginning` until the append is durable. Only then is it placed where a checkpoint can release it. */
  position: Position
}

/** Those that a checkpoint has reached, and those that it has not. */
const splitAt = (
  appends: ReadonlyArray<Append>,
  checkpoint: Position,
): [reached: Array<Append>, ahead: Array<Append>] => {
  const [reached, ahead]: [Array<Append>, Array<Append>] = [[], []]
  for (const append of appends)
    (comparePositions(append.position, checkpoint) <= 0 ? reached : ahead).push(append)
  return [reached, ahead]
}

/**
 * States and outcomes of this process that the read models may not show yet, overlaid on every lookup. An entry leaves
 * once the checkpoint of the generation that answers the lookup has passed it, and not before.
 */
export class WorkingSet {
  readonly #streams = new Map<string, HeldStream<Append>>()
  readonly #imports = new Map<ImportId, KnownImport>()
  readonly #undurable = new Map<string, Append>()
  #awaitingProfiles: ReadonlyArray<Append> = []
  #awaitingImports: ReadonlyArray<Append> = []
  #heldBytes = 0

  /** How many outcomes a projection still has to reach, and the bytes of the held profiles. */
  size(): { outcomes: number; bytes: number } {
    const awaited = new Set([...this.#awaitingProfiles, ...this.#awaitingImports])
    let outcomes = 0
    for (const append of awaited) outcomes += append.imports.length
    return { outcomes, bytes: this.#heldBytes }
  }

  /** The last revision of a stream that this process has written or decided; -1 if it holds none. */
  lastRevision(stream: string): number {
    return this.#streams.get(stream)?.lastRevision ?? -1
  }

  profile(stream: string, createdRevision: number): Profile | undefined {
    return this.held(stream, createdRevision)?.profile
  }

  held(stream: string, createdRevision: number): KeyedProfile | undefined {
    return this.#streams.get(stream)?.get(createdRevision)
  }

  /** `created_revision` of the held profiles that have all the keys. */
  matching(stream: string, keys: KeySet): ReadonlyArray<number> {
    return this.#streams.get(stream)?.matching(keys) ?? []
  }

  import(importId: ImportId): KnownImport | undefined {
    return this.#imports.get(importId)
  }

  /** Adds what was decided for the next revision of a stream. Later decisions see it at once. */
  add(stream: string, revision: number, done: KnownImport, document?: KeyedProfile): void {
    const held = this.#streams.get(stream) ?? new HeldStream<Append>()
    this.#streams.set(stream, held)
    held.lastRevision = revision
    const append = this.#appendTo(stream)
    append.imports.push(done)
    this.#imports.set(done.importId, done)
    if (document === undefined) return
    this.#heldBytes += held.hold(document, append)
    append.createdRevisions.add(document.profile.created_revision)
  }

  /** Everything added is durable. `positions` has the position of the last event of each stream. */
  written(positions: ReadonlyMap<string, Position>): void {
    const appends = [...this.#undurable.values()]
    for (const append of appends) append.position = positions.get(append.stream) ?? append.position
    this.#awaitingProfiles = [...this.#awaitingProfiles, ...appends]
    this.#awaitingImports = [...this.#awaitingImports, ...appends]
    this.#undurable.clear()
  }

  /** Releases what both projections have applied, each judged by the checkpoint of the generation that was read. */
  release(profiles: Position, imports: Position): void {
    const [appliedProfiles, awaitingProfiles] = splitAt(this.#awaitingProfiles, profiles)
    const [appliedImports, awaitingImports] = splitAt(this.#awaitingImports, imports)
    if (appliedProfiles.length + appliedImports.length === 0) return
    this.#awaitingProfiles = awaitingProfiles
    this.#awaitingImports = awaitingImports
    for (const append of appliedImports) {
      for (const done of append.imports) this.#imports.delete(done.importId)
    }
    for (const append of appliedProfiles) {
      const held = this.#streams.get(append.stream)
      for (const created of append.createdRevisions) this.#heldBytes += held?.release(created, append) ?? 0
    }
    // The last revision of a stream must be kept until both projections have reached it.
    const awaited = new Set([...awaitingProfiles, ...awaitingImports].map(({ stream }) => stream))
    for (const { stream } of [...appliedProfiles, ...appliedImports]) {
      if (!awaited.has(stream)) this.#streams.delete(stream)
    }
  }

  clear(): void {
    this.#streams.clear()
    this.#imports.clear()
    this.#undurable.clear()
    this.#awaitingProfiles = []
    this.#awaitingImports = []
    this.#heldBytes = 0
  }

  /** The append that is being decided. */
  #appendTo(stream: string): Append {
    const known = this.#undurable.get(stream)
    if (known !== undefined) return known
    const added: Append = { stream, createdRevisions: new Set(), imports: [], position: beginning }
    this.#undurable.set(stream, added)
    return added
  }
}
