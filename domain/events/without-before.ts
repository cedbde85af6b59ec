import type { FieldChange, ImportEvent, SubscriptionChange } from './current.ts'

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

/** The event without what was there before, and marked so: for a store that takes no event of this size. */
export const withoutBefore = (event: ImportEvent): ImportEvent =>
  event.type === 'ProfileCreated' || event.type === 'ProfileUpdated'
    ? ({
        ...event,
        personal: {
          ...event.personal,
          changes: event.personal.changes.map(bareChange),
          subscriptions: event.personal.subscriptions.map(bareSubscription),
          without_before: true,
        },
      } as ImportEvent)
    : event
