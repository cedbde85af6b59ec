import type { FieldEffect, SubscriptionEffect } from '../../domain/effects.ts'
import type { Json, JsonObject } from '../../domain/json.ts'

const json = (value: Json): string => JSON.stringify(value)
const list = (items: ReadonlyArray<Json>): string => items.map(json).join(', ')

/** `from → to` */
const transition = (before: Json | undefined, after: Json | undefined): string =>
  `${before === undefined ? 'nothing' : json(before)} → ${after === undefined ? 'nothing' : json(after)}`

/** What happened to a field: `_city: "Malmö" → "Lund"`. */
export const fieldText = (effect: FieldEffect): string => {
  const { field } = effect
  switch (effect.action) {
    case 'set':
    case 'unset':
    case 'incr':
      return `${field}: ${transition(effect.before, effect.after)}`
    case 'add':
      return `${field}: added ${list(effect.items)}`
    case 'delete':
      return `${field}: removed ${list(effect.items)}`
    case 'upsert':
      return `${[field, ...effect.path].join('.')}: ${list(effect.before) || 'nothing'} → ${json(effect.after)}`
  }
}

/** What happened to a subscription. */
export const subscriptionText = ({ subscription, before, after }: SubscriptionEffect): string =>
  `${subscriptionName(subscription)}: ${transition(before, after)}`

/** A subscription is named by the members that identify it. */
export const subscriptionName = ({ channel = null, resource_id = null, ...contact }: JsonObject): string =>
  `${json(channel)} subscription on resource ${json(resource_id)} ${json(contact)}`
