import type { Json } from '../json.ts'
import { jsonBytes } from '../member-bytes.ts'
import type { Changes, FieldChange, SubscriptionChange } from './current.ts'

/**
 * The maximum bytes, as JSON, of the before-values in an event: as much as a message may have by default. Otherwise a
 * short message could record a whole profile again and again.
 */
const maxBefore = 131_072

const before = (change: FieldChange | SubscriptionChange): Json | undefined => {
  if ('was' in change) return change.was
  return 'replaced' in change ? change.replaced : undefined
}

const bareChange = (change: FieldChange): FieldChange => {
  switch (change.action) {
    case 'set':
    case 'unset':
    case 'incr': {
      const { was, ...bare } = change
      return bare
    }
    case 'upsert': {
      const { replaced, ...bare } = change
      return bare
    }
    case 'add':
    case 'delete':
      return change
  }
}

const bareSubscription = ({ was, ...bare }: SubscriptionChange): SubscriptionChange => bare

/** The event without its before-values, and marked so. */
export const withoutBefore = ({ changes, subscriptions }: Changes): Changes => ({
  changes: changes.map(bareChange),
  subscriptions: subscriptions.map(bareSubscription),
  without_before: true,
})

/** The event with its before-values, unless they are too large. */
export const withBoundedBefore = (changes: Changes): Changes => {
  let bytes = 0
  for (const change of [...changes.changes, ...changes.subscriptions]) {
    const value = before(change)
    if (value !== undefined) bytes += jsonBytes(value, maxBefore - bytes)
    if (bytes > maxBefore) return withoutBefore(changes)
  }
  return changes
}
