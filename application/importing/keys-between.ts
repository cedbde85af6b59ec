import type { IdentityKey } from '../../domain/matching/identity-key.ts'
import type { KeysByOrigin } from '../../domain/matching/keys-by-origin.ts'

type Keys = ReadonlyArray<IdentityKey>

export interface KeysBetween {
  readonly gone: Keys
  readonly come: Keys
}

const noKeys: Keys = []

/**
 * The keys of one origin that only one side has. What an addition or removal left unchanged is in the same order on
 * both sides.
 */
const compare = (before: Keys, after: Keys, gone: Array<IdentityKey>, come: Array<IdentityKey>): void => {
  let next = 0
  for (const key of before) {
    if (after[next] === key) next += 1
    else gone.push(key)
  }
  for (let i = next; i < after.length; i++) come.push(after[i] as IdentityKey)
}

/** How the keys of a profile changed. An origin that did not change gives the same list, which is not examined. */
export const keysBetween = (before: KeysByOrigin, after: KeysByOrigin): KeysBetween => {
  const [gone, come]: [Array<IdentityKey>, Array<IdentityKey>] = [[], []]
  for (const [origin, keys] of before) {
    const now = after.get(origin) ?? noKeys
    if (now !== keys) compare(keys, now, gone, come)
  }
  for (const [origin, keys] of after) if (!before.has(origin)) compare(noKeys, keys, gone, come)
  return { gone, come }
}
