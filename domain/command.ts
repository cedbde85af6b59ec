import type { FieldInstruction } from './fields/field-instruction.ts'
import type { Database } from './ids.ts'
import type { Criterion } from './matching/identity-key.ts'
import type { MatchingMode } from './matching/mode.ts'
import type { Checked } from './refuse.ts'
import type { SubscriptionPatch, SubscriptionsInstruction } from './subscriptions/subscription-patch.ts'

/**
 * What a created profile gets in addition to `data`, so that the same message finds it next time. A `set` of a field
 * that `data` has filled has no effect.
 */
export interface CreationExtras {
  readonly fields: ReadonlyArray<FieldInstruction>
  readonly subscriptions: ReadonlyArray<SubscriptionPatch>
}

/** The request of a readable message. Everything that does not depend on a profile's state has been checked. */
export interface ImportProfile {
  readonly database: Database
  readonly matching: MatchingMode
  readonly criterion: Criterion
  readonly updateOnly: boolean
  /** At most one per field. */
  readonly fields: ReadonlyArray<FieldInstruction>
  readonly subscriptions: SubscriptionsInstruction
  /** Left if the message cannot create a profile. */
  readonly creation: Checked<CreationExtras>
}
