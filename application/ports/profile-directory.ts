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
  /** The requested key set, so that the caller can check that the answer belongs to the question. */
  readonly keys: KeySet
  /** `created_revision` of the profiles that have the keys, oldest first, at most `maxCandidates`. */
  readonly createdRevisions: ReadonlyArray<number>
  /** The oldest of them, at most `oldestFetched`, in the same order. */
  readonly oldest: ReadonlyArray<Profile>
}

/** How many of the oldest profiles of a key set are fetched in full. */
export const oldestFetched = 3

/** This many queries are always answered, whatever the size of the profiles. No message has more. */
export const alwaysAnswered = 4

export interface DirectoryAnswer {
  /**
   * The version of the projection that built the answering generation; it determines what profiles can be found by.
   * Undefined if there is none yet.
   */
  readonly version: string | undefined
  /**
   * The last event of the log that the answer is certain to reflect: read from the answering generation before the
   * rest.
   */
  readonly checkpoint: Position
  /** In the order of the queries. */
  readonly matches: ReadonlyArray<KeySetMatches>
  /** How many of the last queries are left, because the profiles found so far exceed `answerBytes`. */
  readonly left: number
  /** In the order of the requested streams: the last revision applied; -1 if none. */
  readonly revisions: ReadonlyArray<number>
}

/** The live generation of the `profiles` projection, as used by the importer. */
export interface ProfileDirectory {
  /**
   * A few round trips for a batch of any size, and some more for each wide key that queries of several keys have. The
   * answer need not be one snapshot: parts of it may show later events than others.
   */
  lookup(queries: ReadonlyArray<KeySetQuery>, streams: ReadonlyArray<string>): Promise<DirectoryAnswer>
  checkpoint(): Promise<Position>
}
