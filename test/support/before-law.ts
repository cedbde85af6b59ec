import { canonicalJson, sameJson } from '../../domain/canonical-json.ts'
import type {
  FieldChange,
  ProfileCreated,
  ProfileUpdated,
  Subscription,
  SubscriptionChange,
} from '../../domain/events/current.ts'
import { applyChanges } from '../../domain/fields/apply-change.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { subscriptionIdentity } from '../../domain/subscriptions/identity.ts'

interface Held {
  readonly fields: JsonObject
  readonly subscriptions: ReadonlyArray<Subscription>
}

interface Change {
  readonly personal: (ProfileCreated | ProfileUpdated)['personal'] & { readonly without_before?: true }
}

const nothing: Held = { fields: {}, subscriptions: [] }

/**
 * What is wrong with the before-values of an event: `held` is the profile left by the earlier events, undefined if
 * there was none. Undefined if everything is right.
 */
export const wrongBefore = (held: Held | undefined, { personal }: Change): string | undefined => {
  const { subscriptions } = held ?? nothing
  let { fields } = held ?? nothing
  if (personal.without_before) return isBare(personal) ? undefined : 'it is marked as without what was there'
  for (const [i, change] of personal.changes.entries()) {
    const after = applyChanges(fields, [change])
    if (!isRightField(own(fields, change.field), own(after, change.field), change)) return `change ${i}`
    fields = after
  }
  const left = new Map(subscriptions.map((each) => [subscriptionIdentity(each), each]))
  for (const [i, change] of personal.subscriptions.entries()) {
    if (!isRightSubscription(left, change)) return `subscription change ${i}`
    left.delete(subscriptionIdentity(change.subscription))
  }
  return undefined
}

const isBare = ({ changes, subscriptions }: Change['personal']): boolean =>
  [...changes, ...subscriptions].every((change) => !('was' in change || 'replaced' in change))

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** Whether an optional member is `value`, or absent if there is none. */
const says = (change: object, member: string, value: unknown): boolean =>
  value === undefined
    ? !Object.hasOwn(change, member)
    : Object.hasOwn(change, member) && sameJson(Reflect.get(change, member), value)

const isRightField = (held: Json | undefined, after: Json | undefined, change: FieldChange): boolean => {
  switch (change.action) {
    case 'set':
    case 'unset':
    case 'incr':
      return says(change, 'was', held)
    case 'upsert': {
      const replaced = allAt(held, change.submatch)
      return says(change, 'replaced', replaced.length === 0 ? undefined : replaced)
    }
    case 'add':
      return sameJson(listOf(after), [...listOf(held), ...change.items]) && areNew(listOf(held), change.items)
    case 'delete':
      return areThoseThatWent(listOf(held), listOf(after), change.items)
  }
}

const listOf = (value: Json | undefined): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])

const distinct = (items: ReadonlyArray<Json>): ReadonlyArray<string> => [...new Set(items.map(canonicalJson))]

const areNew = (held: ReadonlyArray<Json>, items: ReadonlyArray<Json>): boolean =>
  new Set([...held, ...items].map(canonicalJson)).size === distinct(held).length + items.length

const areThoseThatWent = (
  held: ReadonlyArray<Json>,
  after: ReadonlyArray<Json>,
  items: ReadonlyArray<Json>,
): boolean => {
  const named = new Set(distinct(items))
  return (
    named.size === items.length &&
    distinct(held).filter((text) => named.has(text)).length === items.length &&
    sameJson(
      after,
      held.filter((element) => !named.has(canonicalJson(element))),
    )
  )
}

/** In a list, in each of its elements; a list further down has no members. */
const allAt = (held: Json | undefined, path: ReadonlyArray<string>): ReadonlyArray<Json> =>
  (Array.isArray(held) ? held : [held]).flatMap((element) => {
    const found = path.reduce<Json | undefined>(
      (value, name) => (isJsonObject(value) ? own(value, name) : undefined),
      element,
    )
    return found === undefined ? [] : [found]
  })

const isRightSubscription = (
  held: ReadonlyMap<string, Subscription>,
  change: SubscriptionChange,
): boolean => {
  const before = held.get(subscriptionIdentity(change.subscription))
  if (change.action === 'remove' && before === undefined) return false
  return says(change, 'was', before)
}
