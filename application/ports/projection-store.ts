import type { Position } from './position.ts'

/** One building of a projection's read model. Several can stand side by side; readers use the live one. */
export interface Generation {
  /** 1, 2, 3 … within the projection. */
  readonly id: number
  /** The version of the projection that builds it. */
  readonly version: string
  readonly live: boolean
  readonly checkpoint: Position
}

export interface ProjectionChanges<Document> {
  /** Whole documents, one at most for each id, which replace what is there. */
  readonly documents: ReadonlyArray<Document>
  /** The last revision applied of each stream that the events belong to. */
  readonly revisions: ReadonlyMap<string, number>
}

/**
 * - `applied`: the changes, then the checkpoint
 * - `stale`: the checkpoint is not `from`: another process projects this generation too; read it and go on from there
 * - `gone`: the generation was dropped, or is older than the live one
 */
export type ApplyResult = 'applied' | 'stale' | 'gone'

/** Where a projection keeps its read model: documents with an id, in generations, each with its checkpoint. */
export interface ProjectionStore<Id, Document> {
  generations(): Promise<ReadonlyArray<Generation>>
  /** Adds an empty generation at `beginning`. The first ever is live at once. */
  create(version: string): Promise<Generation>
  /** The documents that exist, of a batch of ids; `gone` as for `apply`, for then nothing tells what existed. */
  load(generation: number, ids: ReadonlyArray<Id>): Promise<ReadonlyArray<Document> | 'gone'>
  /**
   * Applies changes and moves the checkpoint from `from` to `to`, the checkpoint last. Applying the same again after a
   * crash in between gives the same documents.
   */
  apply(
    generation: number,
    changes: ProjectionChanges<Document>,
    from: Position,
    to: Position,
  ): Promise<ApplyResult>
  /**
   * Makes a generation the live one, in one write; from then on every older one is `gone` for those who apply. False,
   * and nothing done, when its checkpoint is before that of the generation that is live (readers must never see the
   * read model go back), or when it is older than that, or dropped.
   */
  switchTo(generation: number): Promise<boolean>
  /** Drops a generation; nothing happens when it is live by now, or gone already. */
  drop(generation: number): Promise<void>
  /** How many documents a generation has. */
  count(generation: number): Promise<number>
  /** All documents of a generation in the order of their creation within each database, in batches, as they are when read. */
  scan(generation: number, signal: AbortSignal): AsyncIterable<ReadonlyArray<Document>>
}
