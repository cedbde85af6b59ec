import type { Json } from '../json.ts'
import { jsonBytes } from '../member-bytes.ts'
import type { Changes, FieldChange, SubscriptionChange } from './current.ts'

/**
 * Bytes, as JSON, of what was there before that an event keeps: as much as a message holds by default. Else a few words
 * could record a whole profile again and again.
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

/** Without what was there before, and marked so. */
export const withoutBefore = ({ changes, subscriptions }: Changes): Changes => ({
  changes: changes.map(bareChange),
  subscriptions: subscriptions.map(bareSubscription),
  without_before: true,
})

/** With what was there before, unless that is too much. */
export const withBoundedBefore = (changes: Changes): Changes => {
  let bytes = 0
  for (const change of [...changes.changes, ...changes.subscriptions]) {
    const value = before(change)
    if (value !== undefined) bytes += jsonBytes(value, maxBefore - bytes)
    if (bytes > maxBefore) return withoutBefore(changes)
  }
  return changes
}
