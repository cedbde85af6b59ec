import * as t from 'io-ts'

interface IdentityKeyBrand {
  readonly IdentityKey: unique symbol
}

/**
 * A canonical string that says one thing a profile can be found by, such as `email:john@example.com`. A long
 * value is hashed. Nothing but equality is ever asked of it, so no name or value from a message can act as a
 * query operator.
 */
export const identityKeyCodec = t.brand(
  t.string,
  (text): text is t.Branded<string, IdentityKeyBrand> => text.includes(':'),
  'IdentityKey',
)
export type IdentityKey = t.TypeOf<typeof identityKeyCodec>

/** A profile that has all of these keys. */
export type KeySet = ReadonlyArray<IdentityKey>

/**
 * How a message finds its profile: the steps are tried in order, and the first that finds anything wins. A step
 * finds the profiles that any of its key sets finds.
 */
export type Criterion = ReadonlyArray<ReadonlyArray<KeySet>>

/** Matches are counted no further than this. */
export const maxCandidates = 100
