import * as E from 'fp-ts/lib/Either.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Reason } from './events/current.ts'
import type { Limits, ProfileLimit } from './limits.ts'
import { exceeded } from './reason.ts'

/** The first decides the code of the reply. */
export type Reasons = ReadonlyNonEmptyArray<Reason>

/** What was asked for, or why it is refused. */
export type Checked<A> = E.Either<Reasons, A>

type Refused = Checked<never>

export const refuse = (reason: Reason): Refused => E.left([reason])

/** `expected` must not contain anything from the message, nor must `because` below. */
export const wrongMember = (member: string, expected: string): Reason => ({
  tag: 'BadMember',
  member,
  expected,
})

export const badMember = (member: string, expected: string): Refused => refuse(wrongMember(member, expected))

export const missingMember = (member: string, because: string): Refused =>
  refuse({ tag: 'MissingMember', member, because })

export const limitExceeded = (limits: Limits, limit: keyof Limits): Refused =>
  refuse(exceeded(limit, limits[limit]))

/** Of the profile that would come of the message: `profile_fields` and the like. */
export const profileLimitExceeded = (limits: Limits, limit: ProfileLimit): Refused =>
  refuse(exceeded(`profile_${limit}`, limits[limit]))

/** `E.chain`, without the microsecond that its two ways to be called take: every message comes this way, and often. */
export const andThen =
  <A, B>(next: (value: A) => Checked<B>) =>
  (checked: Checked<A>): Checked<B> =>
    E.isLeft(checked) ? checked : next(checked.right)

/** The value, where nothing is wrong. */
export const unless = <A>(reasons: ReadonlyArray<Reason>, value: A): Checked<A> =>
  RA.isNonEmpty(reasons) ? E.left(reasons) : E.right(value)

/**
 * All members, or the reasons of all that have some, in their order: what the validation applicative gives, in a loop, since
 * every message comes this way.
 */
export const every = <A extends object>(
  checked: { readonly [Name in keyof A]: Checked<A[Name]> },
): Checked<A> => {
  const reasons: Array<Reason> = []
  const values: Partial<A> = {}
  for (const name in checked) {
    const each = checked[name]
    if (E.isRight(each)) values[name] = each.right
    else for (const reason of each.left) reasons.push(reason)
  }
  return unless(reasons, values as A)
}

/** As `every`, of a list. */
export const everyOf = <A>(list: ReadonlyArray<Checked<A>>): Checked<ReadonlyArray<A>> => {
  const reasons: Array<Reason> = []
  const values: Array<A> = []
  for (const each of list) {
    if (E.isRight(each)) values.push(each.right)
    else for (const reason of each.left) reasons.push(reason)
  }
  return unless(reasons, values)
}
