import type { IdentityKey } from '../../domain/matching/identity-key.ts'
import type { KeysByOrigin } from '../../domain/matching/keys-by-origin.ts'

type Keys = ReadonlyArray<IdentityKey>

/** Lists of keys, so that those of an origin which only one side has need not be copied. */
export interface KeysBetween {
  readonly gone: ReadonlyArray<Keys>
  readonly come: ReadonlyArray<Keys>
}

/**
 * The keys of one origin that only one side has. What an addition or removal left unchanged is in the same order on
 * both sides.
 */
const compare = (before: Keys, after: Keys): readonly [gone: Keys, come: Keys] => {
  const gone: Array<IdentityKey> = []
  let next = 0
  for (const key of before) {
    if (after[next] === key) next += 1
    else gone.push(key)
  }
  return [gone, after.slice(next)]
}

/** How the keys of a profile changed. An origin that did not change gives the same list, which is not examined. */
export const keysBetween = (before: KeysByOrigin, after: KeysByOrigin): KeysBetween => {
  const [gone, come]: [Array<Keys>, Array<Keys>] = [[], []]
  before.forEach((keys, origin) => {
    const now = after.get(origin)
    if (now === undefined) gone.push(keys)
    else if (now !== keys) {
      const [old, fresh] = compare(keys, now)
      gone.push(old)
      come.push(fresh)
    }
  })
  after.forEach((keys, origin) => {
    if (!before.has(origin)) come.push(keys)
  })
  return { gone, come }
}
