import type { IdentityKey, KeySet } from '../../domain/matching/identity-key.ts'

/** Reads which profiles of one database have a key. Profiles are given by `created_revision`, in ascending order. */
export interface HolderReader {
  /** For each request: the first holders of the key from a number on, at most `limit`. */
  pages(requests: ReadonlyArray<PageRequest>): Promise<ReadonlyArray<ReadonlyArray<number>>>
  /** For each key set: which of a few profiles have all of its keys. */
  having(requests: ReadonlyArray<HavingRequest>): Promise<ReadonlyArray<ReadonlyArray<number>>>
}

export interface PageRequest {
  readonly key: IdentityKey
  readonly from: number
  readonly limit: PageSize
}

export interface HavingRequest {
  readonly keys: KeySet
  readonly among: ReadonlyArray<number>
}

/** Short pages at first: most keys have few holders, and wide keys may have enough holders in common at once. */
export const pageSizes = [100, 1000, 10_000, 100_000] as const

export type PageSize = (typeof pageSizes)[number]
