import type {
  FieldChange,
  ProfileCreated,
  ProfileUpdated,
  Subscription,
  SubscriptionChange,
} from './events/current.ts'
import { changedFields } from './fields/apply-change.ts'
import { valuesAt } from './fields/upsert.ts'
import type { Json, JsonObject } from './json.ts'
import type { ProfileContent } from './profile.ts'
import { identityMembers, subscriptionIdentity } from './subscriptions/identity.ts'

/** What an event did to one field. `before` and `after` are absent if there was, or is, no value. */
export type FieldEffect =
  | {
      readonly field: string
      readonly action: 'set' | 'unset' | 'incr'
      readonly before?: Json
      readonly after?: Json
    }
  | { readonly field: string; readonly action: 'add' | 'delete'; readonly items: ReadonlyArray<Json> }
  | {
      readonly field: string
      readonly action: 'upsert'
      readonly path: ReadonlyArray<string>
      /** The values at the path; in a list, one for each element that has it. */
      readonly before: ReadonlyArray<Json>
      readonly after: Json
    }

/** What an event did to one subscription. */
export interface SubscriptionEffect {
  /** The members that identify it. */
  readonly subscription: JsonObject
  readonly before?: Subscription
  readonly after?: Subscription
}

export interface Effects {
  readonly fields: ReadonlyArray<FieldEffect>
  readonly subscriptions: ReadonlyArray<SubscriptionEffect>
}

/**
 * What an event did to the content that a profile had before it. Events from before version 2 lack the earlier values,
 * so these are taken from that content.
 */
export const effectsOf = (
  before: ProfileContent,
  { personal: { changes, subscriptions } }: ProfileCreated | ProfileUpdated,
): Effects => ({
  fields: fieldEffects(before.fields, changes),
  subscriptions: subscriptionEffects(before.subscriptions, subscriptions),
})

/** A field may be changed more than once. */
const fieldEffects = (
  fields: JsonObject,
  changes: ReadonlyArray<FieldChange>,
): ReadonlyArray<FieldEffect> => {
  const changed = new Map<string, Json | undefined>()
  return changes.map((change) => {
    const { field } = change
    const held = changed.has(field) || !Object.hasOwn(fields, field) ? changed.get(field) : fields[field]
    changed.set(field, changedFields(held === undefined ? {} : { [field]: held }, [change]).get(field))
    return fieldEffect(held, change)
  })
}

const subscriptionEffects = (
  subscriptions: ReadonlyArray<Subscription>,
  changes: ReadonlyArray<SubscriptionChange>,
): ReadonlyArray<SubscriptionEffect> => {
  const held = new Map(subscriptions.map((each) => [subscriptionIdentity(each), each]))
  return changes.map(({ action, subscription }) => {
    const identity = subscriptionIdentity(subscription)
    const before = held.get(identity)
    if (action === 'put') held.set(identity, subscription)
    else held.delete(identity)
    return {
      subscription: identityMembers(subscription),
      ...(before !== undefined && { before }),
      ...(action === 'put' && { after: subscription }),
    }
  })
}

const fieldEffect = (held: Json | undefined, change: FieldChange): FieldEffect => {
  const { field, action } = change
  const before = held !== undefined && { before: held }
  switch (action) {
    case 'set':
    case 'incr':
      return { field, action, ...before, after: change.value }
    case 'unset':
      return { field, action, ...before }
    case 'add':
    case 'delete':
      return { field, action, items: change.items }
    case 'upsert': {
      const { submatch: path, value: after } = change
      return { field, action, path, before: held === undefined ? [] : valuesAt(held, path), after }
    }
  }
}
