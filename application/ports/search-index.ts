import type { ProfileId } from '../../domain/ids.ts'
import type { Position } from './position.ts'

/** The document of the `search` projection: where the event of an import is, and what it is found by. */
export interface SearchEntry {
  readonly position: Position
  readonly stream: string
  readonly revision: number
  /** When the message was taken from its source, in milliseconds since 1970. */
  readonly time: number
  /** The profile that the import created, changed or left unchanged, itself or by its first import. */
  readonly profileId?: ProfileId
  /** The numbers of its terms (see `termNumber`), ascending. */
  readonly terms: ReadonlyArray<number>
}

/** A place among the entries: after the entry with this time and position, towards older ones. */
export type SearchCursor = Pick<SearchEntry, 'time' | 'position'>

export interface SearchQuery {
  /** An entry has one term of each of these lists, which are not empty. */
  readonly allOf: ReadonlyArray<ReadonlyArray<number>>
  /** From this time on, in milliseconds since 1970. */
  readonly since?: number
  /** Before this time. */
  readonly until?: number
}

export interface SearchPage {
  /** Newest first. */
  readonly entries: ReadonlyArray<SearchEntry>
  /** Where to go on; undefined if nothing is left. A page may be short, even empty, and not the last one. */
  readonly next?: SearchCursor
}

/** How many entries a page looks at, more or less, so that every page comes soon. */
export const examinedPerPage = 10_000

/** The live generation of the `search` projection. */
export interface SearchIndex {
  /**
   * At most `limit` entries, newest first: in the order of the log, or of times, which differ only where a clock was set
   * back.
   */
  find(query: SearchQuery, limit: number, after?: SearchCursor): Promise<SearchPage>
}
