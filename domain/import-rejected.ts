import type { ImportRejected } from './events/current.ts'
import type { Database } from './ids.ts'
import { reasonCode } from './reason.ts'
import type { Reasons } from './refuse.ts'

/** Of all that is wrong with a message, what it is refused for: the first alone. */
const told = ([first]: Reasons): Reasons => [first]

/** The event of a refused message. `database` is present if it could be read. */
export const importRejected = (all: Reasons, database: Database | undefined): ImportRejected => {
  const reasons = told(all)
  return {
    type: 'ImportRejected',
    public: {
      ...database,
      verdict: 'rejected',
      code: reasonCode(reasons[0]),
      reason_tags: reasons.map(({ tag }) => tag),
    },
    personal: { reasons: [...reasons] },
  }
}
