import type {
  FieldChange,
  ProfileCreated,
  ProfileUpdated,
  Subscription,
  SubscriptionChange,
} from './events/current.ts'
import { changedFields } from './fields/apply-change.ts'
import { valuesAt } from './fields/upsert.ts'
import { type Json, type JsonObject, ownMember } from './json.ts'
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
 * What an event did to the content that a profile had before it. The earlier values are those that the event holds; if
 * it was recorded without them, as before version 2, they are taken from that content.
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
    const held = changed.has(field) ? changed.get(field) : ownMember(fields, field)
    changed.set(field, changedFields(held === undefined ? {} : { [field]: held }, [change]).get(field))
    return fieldEffect(change, held)
  })
}

const subscriptionEffects = (
  subscriptions: ReadonlyArray<Subscription>,
  changes: ReadonlyArray<SubscriptionChange>,
): ReadonlyArray<SubscriptionEffect> => {
  const held = new Map(subscriptions.map((each) => [subscriptionIdentity(each), each]))
  return changes.map(({ action, subscription, was }) => {
    const identity = subscriptionIdentity(subscription)
    const before = was ?? held.get(identity)
    if (action === 'put') held.set(identity, subscription)
    else held.delete(identity)
    return {
      subscription: identityMembers(subscription),
      ...(before !== undefined && { before }),
      ...(action === 'put' && { after: subscription }),
    }
  })
}

const fieldEffect = (change: FieldChange, held: Json | undefined): FieldEffect => {
  const { field, action } = change
  switch (action) {
    case 'set':
    case 'incr':
      return { field, action, ...ifAny(recorded(change.was, held)), after: change.value }
    case 'unset':
      return { field, action, ...ifAny(recorded(change.was, held)) }
    case 'add':
    case 'delete':
      return { field, action, items: change.items }
    case 'upsert': {
      const { submatch: path, value: after, replaced } = change
      return {
        field,
        action,
        path,
        before: replaced ?? (held === undefined ? [] : valuesAt(held, path)),
        after,
      }
    }
  }
}

const recorded = (was: Json | undefined, held: Json | undefined) => (was === undefined ? held : was)

const ifAny = (before: Json | undefined) => before !== undefined && { before }
