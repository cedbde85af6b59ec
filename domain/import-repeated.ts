import type { ImportRepeated } from './events/current.ts'
import type { Database, ImportId } from './ids.ts'
import { type Outcome, outcomeCode } from './outcome.ts'

/** The event of a message whose import is already done. `database` is present if it could be read. */
export const importRepeated = (
  firstImportId: ImportId,
  first: Outcome,
  database: Database | undefined,
): ImportRepeated => {
  const common = {
    ...database,
    verdict: 'duplicate',
    first_import_id: firstImportId,
    code: outcomeCode(first),
  } as const
  return first.verdict === 'rejected'
    ? {
        type: 'ImportRepeated',
        public: {
          ...common,
          first_verdict: 'rejected',
          reason_tags: first.reasons.map(({ tag }) => tag),
          ...(first.further !== undefined && { further_reasons: first.further }),
        },
        personal: { reasons: [...first.reasons] },
      }
    : {
        type: 'ImportRepeated',
        public: { ...common, first_verdict: first.verdict, profile_id: first.profile_id, reason_tags: [] },
        personal: { reasons: [] },
      }
}
