import * as E from 'fp-ts/lib/Either.js'
import type { Reason } from './events/current.ts'
import type { Limits, ProfileLimit } from './limits.ts'
import { exceeded } from './reason.ts'

type Refused = E.Either<Reason, never>

export const refuse = (reason: Reason): Refused => E.left(reason)

/** `expected` and `because` must not contain anything from the message. */
export const badMember = (member: string, expected: string): Refused =>
  refuse({ tag: 'BadMember', member, expected })

export const missingMember = (member: string, because: string): Refused =>
  refuse({ tag: 'MissingMember', member, because })

export const limitExceeded = (limits: Limits, limit: keyof Limits): Refused =>
  refuse(exceeded(limit, limits[limit]))

/** Of the profile that would come of the message: `profile_fields` and the like. */
export const profileLimitExceeded = (limits: Limits, limit: ProfileLimit): Refused =>
  refuse(exceeded(`profile_${limit}`, limits[limit]))
