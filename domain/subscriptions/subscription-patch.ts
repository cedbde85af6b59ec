import type { JsonObject } from '../json.ts'

/** What a message says about one subscription, to be merged into the one with the same identity. */
export interface SubscriptionPatch {
  readonly channel: string
  readonly resource_id: number
  /** Resource, channel and contact as one text. */
  readonly identity: string
  /** All members, with normalised contacts; null removes a member. */
  readonly members: JsonObject
}

export interface SubscriptionsInstruction {
  /** Removes every subscription that the profile has, except those with these identities. */
  readonly clear: boolean
  readonly except?: ReadonlySet<string>
  readonly patches: ReadonlyArray<SubscriptionPatch>
}
