import type { ImportRejected } from './events/current.ts'
import type { Database } from './ids.ts'
import { reasonCode } from './reason.ts'
import type { Reasons } from './refuse.ts'

/** How many mistakes of a message are recorded and named in its reply; the others are only counted. */
export const maxNamedReasons = 5

/**
 * If the first reason has the code 400, all reasons with that code; otherwise only the first, such as an unknown
 * database.
 */
const recordedOf = ([first, ...others]: Reasons): Reasons =>
  reasonCode(first) === 400 ? [first, ...others.filter((reason) => reasonCode(reason) === 400)] : [first]

/** The event of a refused message. `database` is present if it could be read. */
export const importRejected = (all: Reasons, database: Database | undefined): ImportRejected => {
  const recorded = recordedOf(all)
  const named = recorded.slice(0, maxNamedReasons)
  const further = recorded.length - named.length
  return {
    type: 'ImportRejected',
    public: {
      ...database,
      verdict: 'rejected',
      code: reasonCode(recorded[0]),
      reason_tags: named.map(({ tag }) => tag),
      ...(further > 0 && { further_reasons: further }),
    },
    personal: { reasons: named },
  }
}
