import type { ImportId } from '../../domain/ids.ts'
import type { IdentityKey, KeySet } from '../../domain/matching/identity-key.ts'
import type { KeysBySource } from '../../domain/matching/keys-by-source.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Profile } from '../../domain/profile.ts'
import { beginning, comparePositions, type Position } from '../ports/position.ts'
import { KeyIndex, kindOf } from './key-index.ts'
import { keysBetween } from './keys-between.ts'

/** What is known of an import that is done. */
export interface KnownImport {
  readonly importId: ImportId
  /** Undefined where its event cannot be read so far that it says. */
  readonly bodySha256?: string
  /** Undefined where its event cannot be read. */
  readonly outcome?: Outcome
}

/** One append of this process, from its first decision until both projections have applied it. */
interface Append {
  readonly stream: string
  readonly createdRevisions: Set<number>
  readonly imports: Array<KnownImport>
  /** `beginning` until the append is durable; only then is it put where a checkpoint can release it. */
  position: Position
}

/** A profile, and what it can be found by. */
export interface KeyedProfile {
  readonly profile: Profile
  readonly keys: KeysBySource
}

interface Held {
  readonly document: KeyedProfile
  /** The append that writes its last state. */
  readonly append: Append
}

interface HeldStream {
  lastRevision: number
  readonly profiles: Map<number, Held>
  /** Only of the kinds that messages ask for: a profile has many keys, and most of them are never asked for. */
  readonly indexes: Map<string, KeyIndex>
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

/** The index that can answer for a key, made when the first message asks for its kind. */
const indexFor = (held: HeldStream, key: IdentityKey): KeyIndex => {
  const kind = kindOf(key)
  const known = held.indexes.get(kind)
  if (known !== undefined) return known
  const added = new KeyIndex(kind)
  for (const [created, { document }] of held.profiles)
    for (const keys of document.keys.values()) added.add(created, keys)
  held.indexes.set(kind, added)
  return added
}

const holdersOf = (held: HeldStream, key: IdentityKey) => indexFor(held, key).holders(key)

const noKeys: KeysBySource = new Map()

/**
 * States and outcomes of this process that the read model may not show yet; laid over every lookup. An entry leaves
 * when the checkpoint of the generation that answers the lookup has passed it, and not before.
 */
export class WorkingSet {
  readonly #streams = new Map<string, HeldStream>()
  readonly #imports = new Map<ImportId, KnownImport>()
  readonly #undurable = new Map<string, Append>()
  #awaitingProfiles: ReadonlyArray<Append> = []
  #awaitingImports: ReadonlyArray<Append> = []
  #heldBytes = 0

  /** How many outcomes a projection has still to reach, and the bytes of the profiles held. */
  load(): { outcomes: number; bytes: number } {
    const awaited = new Set([...this.#awaitingProfiles, ...this.#awaitingImports])
    let outcomes = 0
    for (const append of awaited) outcomes += append.imports.length
    return { outcomes, bytes: this.#heldBytes }
  }

  /** The last revision of a stream that this process has written or decided, -1 when it holds none. */
  lastRevision(stream: string): number {
    return this.#streams.get(stream)?.lastRevision ?? -1
  }

  profile(stream: string, createdRevision: number): Profile | undefined {
    return this.held(stream, createdRevision)?.profile
  }

  held(stream: string, createdRevision: number): KeyedProfile | undefined {
    return this.#streams.get(stream)?.profiles.get(createdRevision)?.document
  }

  /** `created_revision` of the held profiles that have all the keys. */
  matching(stream: string, keys: KeySet): ReadonlyArray<number> {
    const held = this.#streams.get(stream)
    const [first, ...others] = keys
    if (held === undefined || first === undefined) return []
    const found = [...holdersOf(held, first).keys()]
    if (found.length === 0) return found
    const rest = others.map((key) => holdersOf(held, key))
    return found.filter((revision) => rest.every((holders) => holders.has(revision)))
  }

  import(importId: ImportId): KnownImport | undefined {
    return this.#imports.get(importId)
  }

  /** Takes in what was decided for the next revision of a stream; later decisions see it at once. */
  add(stream: string, revision: number, done: KnownImport, document?: KeyedProfile): void {
    const held = this.#stream(stream)
    const append = this.#append(stream)
    held.lastRevision = revision
    append.imports.push(done)
    this.#imports.set(done.importId, done)
    if (document === undefined) return
    const created = document.profile.created_revision
    this.#replace(held, created, document)
    held.profiles.set(created, { document, append })
    append.createdRevisions.add(created)
  }

  /** Everything added is durable: `positions` says, for each stream, where its last event stands in the log. */
  written(positions: ReadonlyMap<string, Position>): void {
    const appends = [...this.#undurable.values()]
    for (const append of appends) append.position = positions.get(append.stream) ?? append.position
    this.#awaitingProfiles = [...this.#awaitingProfiles, ...appends]
    this.#awaitingImports = [...this.#awaitingImports, ...appends]
    this.#undurable.clear()
  }

  /** Lets go what the two projections have applied, each judged by the checkpoint of the generation that was read. */
  release(profiles: Position, imports: Position): void {
    const [appliedProfiles, awaitingProfiles] = splitAt(this.#awaitingProfiles, profiles)
    const [appliedImports, awaitingImports] = splitAt(this.#awaitingImports, imports)
    if (appliedProfiles.length + appliedImports.length === 0) return
    this.#awaitingProfiles = awaitingProfiles
    this.#awaitingImports = awaitingImports
    for (const append of appliedImports) {
      for (const done of append.imports) this.#imports.delete(done.importId)
    }
    for (const append of appliedProfiles) this.#releaseProfiles(append)
    // The last revision of a stream is ours to remember for as long as either projection has not reached it.
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

  #stream(name: string): HeldStream {
    const known = this.#streams.get(name)
    if (known !== undefined) return known
    const added: HeldStream = { lastRevision: -1, profiles: new Map(), indexes: new Map() }
    this.#streams.set(name, added)
    return added
  }

  #append(stream: string): Append {
    const known = this.#undurable.get(stream)
    if (known !== undefined) return known
    const added: Append = { stream, createdRevisions: new Set(), imports: [], position: beginning }
    this.#undurable.set(stream, added)
    return added
  }

  #releaseProfiles(append: Append): void {
    const held = this.#streams.get(append.stream)
    if (held === undefined) return
    for (const created of append.createdRevisions) {
      // A later append may hold a newer state of the same profile.
      if (held.profiles.get(created)?.append === append) this.#forget(held, created)
    }
  }

  #forget(held: HeldStream, created: number): void {
    this.#replace(held, created, undefined)
    held.profiles.delete(created)
  }

  /** In weight and indexes. */
  #replace(held: HeldStream, created: number, document: KeyedProfile | undefined): void {
    const before = held.profiles.get(created)?.document
    this.#heldBytes += (document?.profile.bytes ?? 0) - (before?.profile.bytes ?? 0)
    if (held.indexes.size === 0) return
    const { gone, come } = keysBetween(before?.keys ?? noKeys, document?.keys ?? noKeys)
    for (const index of held.indexes.values()) {
      index.remove(created, gone)
      index.add(created, come)
    }
  }
}
