import { maxProfileBytes, type ProfileDocument } from '../../../application/ports/profile-document.ts'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import type { Subscription } from '../../../domain/events/current.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import { identityKeysOf } from '../../../domain/matching/identity-keys.ts'
import type { ProfileContent } from '../../../domain/profile.ts'
import { aContent, aProfileDocument } from './profile-builders.ts'

const numbered = <A>(n: number, make: (n: number) => A): Array<A> =>
  Array.from({ length: n }, (_, i) => make(i))
const fields = (n: number, make: (n: number) => [string, Json]): ProfileContent =>
  aContent(Object.fromEntries(numbered(n, make)))

const nested = (levels: number, value: Json): Json => {
  let outer = value
  for (let i = 0; i < levels; i++) outer = [outer]
  return outer
}

const short = (n: number): string => n.toString(36)
const member = (n: number): JsonObject => Object.fromEntries(numbered(n, (i) => [short(i), i % 10]))
const email = (n: number): Subscription => ({
  channel: 'email',
  resource_id: Number.MAX_SAFE_INTEGER,
  email: `${short(n)}@a.io`,
})

/** Contents of `n` equal parts, each kind demanding for the read models in a different way. */
const contents = {
  'a list of digits': (n: number) => aContent({ l: new Array(n).fill(1) }),
  'lists deeper than BSON may be': (n: number) => aContent({ l: nested(98, new Array(n).fill([0])) }),
  'empty lists as deep as BSON may be': (n: number) => aContent({ l: nested(98, new Array(n).fill([])) }),
  'a list of fractions': (n: number) => aContent({ l: new Array(n).fill(0.5) }),
  'nested objects': (n: number) => aContent({ l: new Array(n).fill({ '': {} }) }),
  'short tags of a field without a name': (n: number) => aContent({ '': numbered(n, short) }),
  'short tags of a field with a long name': (n: number) =>
    aContent({ ['数'.repeat(190)]: numbered(n, short) }),
  'many fields': (n: number) => fields(n, (i) => [short(i), i % 10]),
  'names that are escaped': (n: number) => fields(n, (i) => [`${'%'.repeat(40)}${short(i)}`, 1]),
  'names of control characters': (n: number) => fields(n, (i) => [`${'\u007f'.repeat(40)}${short(i)}`, null]),
  'subscriptions with two keys': (n: number) => aContent({}, numbered(n, email)),
  'a subscription with many members': (n: number) => aContent({}, [{ ...email(0), ...member(n) }]),
  'a text': (n: number) => aContent({ t: 'x'.repeat(n) }),
} satisfies Record<string, (n: number) => ProfileContent>

export type LargeContent = keyof typeof contents

export const largeContents = Object.keys(contents) as ReadonlyArray<LargeContent>

/** A profile of this kind with the maximum number of bytes, and its keys if everything can be matched by. */
export const aLargestProfile = (kind: LargeContent, n = 0): ProfileDocument => {
  const fitting = (parts: number) => contents[kind](parts).bytes <= maxProfileBytes
  let tooMany = 2
  while (fitting(tooMany)) tooMany *= 2
  let fits = tooMany / 2
  while (tooMany - fits > fits / 500) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (fitting(middle)) fits = middle
    else tooMany = middle
  }
  const document = aProfileDocument(n)
  const profile = { ...document.profile, ...contents[kind](fits) }
  return { ...document, profile, keys: [...identityKeysOf(profile, undeclared)] }
}
