import * as t from 'io-ts'

interface IdentityKeyBrand {
  readonly IdentityKey: unique symbol
}

/**
 * A canonical string for something that a profile can be found by, such as `email:john@example.com`. A long value is
 * hashed. Keys are compared only for equality, so no name or value from a message can act as a query operator.
 */
export const identityKeyCodec = t.brand(
  t.string,
  (text): text is t.Branded<string, IdentityKeyBrand> => text.includes(':'),
  'IdentityKey',
)
export type IdentityKey = t.TypeOf<typeof identityKeyCodec>

/** Matches a profile that has all of these keys. */
export type KeySet = ReadonlyArray<IdentityKey>

/**
 * How a message finds its profile: the steps are tried in order, and the first that finds anything wins. A step finds
 * the profiles that any of its key sets matches.
 */
export type Criterion = ReadonlyArray<ReadonlyArray<KeySet>>

/** Matches are counted only up to this number. */
export const maxCandidates = 100
