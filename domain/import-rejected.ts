import type { ImportRejected, Reason } from './events/current.ts'
import type { Database } from './ids.ts'
import { reasonCode } from './reason.ts'

/** The event of a refused message. `database` is present if it could be read. */
export const importRejected = (reason: Reason, database: Database | undefined): ImportRejected => ({
  type: 'ImportRejected',
  public: { ...database, verdict: 'rejected', code: reasonCode(reason), reason_tags: [reason.tag] },
  personal: { reasons: [reason] },
})
