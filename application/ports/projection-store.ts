import type { LogEpoch } from './log-identity.ts'
import type { Position } from './position.ts'

/** One build of a projection's read model. Several can exist side by side; readers use the live one. */
export interface Generation {
  /** 1, 2, 3 … within the projection. */
  readonly id: number
  /** The version of the projection that builds it. */
  readonly version: string
  readonly live: boolean
  readonly checkpoint: Position
  /** The log, and the epoch of it, that the checkpoint belongs to. Undefined if it was never stamped. */
  readonly log?: LogEpoch | undefined
}

export interface ProjectionChanges<Document> {
  /** Whole documents, at most one per id, which replace existing ones. */
  readonly documents: ReadonlyArray<Document>
  /** The last applied revision of each stream that the events belong to. */
  readonly revisions: ReadonlyMap<string, number>
}

/**
 * - `applied`: the changes, then the checkpoint
 * - `stale`: the checkpoint is not `from`: another process projects this generation too; read it and continue from
 *   there
 * - `gone`: the generation was dropped, or is older than the live one
 */
export type ApplyResult = 'applied' | 'stale' | 'gone'

/**
 * The bytes of documents, as JSON, that are read at once: an answer that exceeds them leaves the rest of the question, to be
 * asked again. In memory they may take twenty times as much.
 */
export const answerBytes = 8 * 1024 * 1024

/** The documents that exist for the first ids. */
export interface Loaded<Document> {
  readonly documents: ReadonlyArray<Document>
  /** How many of the last ids are left, because the documents so far exceed `answerBytes`. At least one id is answered. */
  readonly left: number
}

export interface ScanOptions {
  /** Rejects if a document cannot be found by all of its keys. */
  readonly verifyKeys?: boolean
}

/** The store of a projection's read model: documents with an id, in generations, each with its checkpoint. */
export interface ProjectionStore<Id, Document> {
  generations(): Promise<ReadonlyArray<Generation>>
  /** Adds an empty generation at `beginning`. The very first one is live at once. */
  create(version: string, log?: LogEpoch): Promise<Generation>
  /** Stamps a generation with the log that it is made from. Does nothing if it is gone. */
  stamp(generation: number, log: LogEpoch): Promise<void>
  /** The documents that exist for a batch of ids. `gone` as for `apply`, since then nothing shows what existed. */
  load(generation: number, ids: ReadonlyArray<Id>): Promise<Loaded<Document> | 'gone'>
  /**
   * Applies changes and moves the checkpoint from `from` to `to`, the checkpoint last. Repeating it after a crash in
   * between gives the same documents.
   */
  apply(
    generation: number,
    changes: ProjectionChanges<Document>,
    from: Position,
    to: Position,
  ): Promise<ApplyResult>
  /**
   * Makes a generation the live one, in one write. From then on, every older one is `gone` for callers of apply. False,
   * without effect, if its checkpoint is before that of the live generation (readers must never see the read model go
   * back), or if it is older than the live one or was dropped.
   */
  switchTo(generation: number): Promise<boolean>
  /** Drops a generation. Does nothing if it is live or already gone. */
  drop(generation: number): Promise<void>
  /** How many documents a generation has. */
  count(generation: number): Promise<number>
  /**
   * All documents of a generation in batches, in the order of their creation within each database, as they are when
   * read.
   */
  scan(generation: number, signal: AbortSignal, options?: ScanOptions): AsyncIterable<ReadonlyArray<Document>>
}

export const liveOf = async (
  store: Pick<ProjectionStore<unknown, unknown>, 'generations'>,
): Promise<Generation | undefined> => (await store.generations()).find(({ live }) => live)
