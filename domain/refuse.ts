import * as E from 'fp-ts/lib/Either.js'
import type { Limits } from './limits.ts'
import type { Rejection } from './rejection.ts'

type Refused = E.Either<Rejection, never>

export const refuse = (rejection: Rejection): Refused => E.left(rejection)

/** `expected` and `because` must not hold anything that the message says. */
export const badMember = (member: string, expected: string): Refused =>
  refuse({ tag: 'BadMember', member, expected })

export const missingMember = (member: string, because: string): Refused =>
  refuse({ tag: 'MissingMember', member, because })

export const limitExceeded = (limits: Limits, limit: keyof Limits): Refused =>
  refuse({ tag: 'LimitExceeded', limit, maximum: limits[limit] })
