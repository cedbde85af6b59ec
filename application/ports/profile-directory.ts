import type { Database } from '../../domain/ids.ts'
import type { KeySet } from '../../domain/matching/identity-key.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Position } from './position.ts'

export interface KeySetQuery {
  readonly database: Database
  /** At least one key; a profile must have all of them. */
  readonly keys: KeySet
}

export interface KeySetMatches {
  /** The key set that was asked for: whoever asked can see that the answer is to the question. */
  readonly keys: KeySet
  /** `created_revision` of the profiles that have the keys, oldest first, at most `maxCandidates`. */
  readonly createdRevisions: ReadonlyArray<number>
  /** The oldest of them, at most `oldestFetched`, in the same order. */
  readonly oldest: ReadonlyArray<Profile>
}

/** How many of the oldest profiles of a key set are fetched whole. */
export const oldestFetched = 3

export interface DirectoryAnswer {
  /** Of the projection that built the generation that answered: it decides what profiles can be found by. Undefined when there is none yet. */
  readonly version: string | undefined
  /** The last event of the log that the answer surely reflects: read from the very generation that answered, before the rest. */
  readonly checkpoint: Position
  /** In the order of the queries. */
  readonly matches: ReadonlyArray<KeySetMatches>
  /** In the order of the streams asked for: the last revision applied, -1 when none. */
  readonly revisions: ReadonlyArray<number>
}

/** The live generation of the `profiles` projection, as the importer asks it. */
export interface ProfileDirectory {
  /** One round trip for a whole batch, whatever its size. */
  lookup(queries: ReadonlyArray<KeySetQuery>, streams: ReadonlyArray<string>): Promise<DirectoryAnswer>
  checkpoint(): Promise<Position>
}
