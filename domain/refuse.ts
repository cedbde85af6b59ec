import * as E from 'fp-ts/lib/Either.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Reason } from './events/current.ts'
import type { Limits, ProfileLimit } from './limits.ts'
import { exceeded } from './reason.ts'

/** The first one determines the code of the reply. */
export type Reasons = ReadonlyNonEmptyArray<Reason>

/** The value, or why it is refused. */
export type Checked<A> = E.Either<Reasons, A>

type Refused = Checked<never>

export const refuse = (reason: Reason): Refused => E.left([reason])

/** Neither `expected` nor `because` below may contain anything from the message. */
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

/** For the resulting profile: `profile_fields` and the like. */
export const profileLimitExceeded = (limits: Limits, limit: ProfileLimit): Refused =>
  refuse(exceeded(`profile_${limit}`, limits[limit]))

/** `E.chain` costs a microsecond more, several times per message. */
export const andThen =
  <A, B>(next: (value: A) => Checked<B>) =>
  (checked: Checked<A>): Checked<B> =>
    E.isLeft(checked) ? checked : next(checked.right)

/** The value, unless there are reasons to refuse it. */
export const unless = <A>(reasons: ReadonlyArray<Reason>, value: A): Checked<A> =>
  RA.isNonEmpty(reasons) ? E.left(reasons) : E.right(value)

/** All members, or all their reasons, in order. A loop, because the validation applicative would slow every message. */
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

/** Like `every`, for a list. */
export const everyOf = <A>(list: ReadonlyArray<Checked<A>>): Checked<ReadonlyArray<A>> => {
  const reasons: Array<Reason> = []
  const values: Array<A> = []
  for (const each of list) {
    if (E.isRight(each)) values.push(each.right)
    else for (const reason of each.left) reasons.push(reason)
  }
  return unless(reasons, values)
}
