import type { ImportRejected } from './events/current.ts'
import type { Database } from './ids.ts'
import { reasonCode } from './reason.ts'
import type { Reasons } from './refuse.ts'

/** Of the mistakes in one message, how many are recorded and named in its reply. The others are counted. */
export const maxNamedReasons = 5

/** Mistakes of the message add up. What is not one, such as an unknown database, stands alone, or is left out. */
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
