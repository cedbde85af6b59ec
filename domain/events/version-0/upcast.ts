import type { ImportEvent as ImportEventV1 } from '../version-1/event.ts'
import type { ImportEvent } from './event.ts'

type Change = Extract<ImportEventV1, { type: 'ProfileCreated' }>['data']['changes'][number]

export const upcastMetadata = (metadata: ImportEvent['metadata']): ImportEventV1['metadata'] => ({
  ...metadata,
  schema_version: 1,
  properties: {},
})

/** The event as version 1 would have recorded it. */
export const upcast = (event: ImportEvent): ImportEventV1 => {
  const metadata = upcastMetadata(event.metadata)
  switch (event.type) {
    case 'ProfileCreated': {
      const { fields, ...profile } = event.data
      const changes = Object.entries(fields).map(
        ([field, value]): Change => ({ field, action: 'set', value }),
      )
      return { type: event.type, data: { ...profile, changes, subscriptions: [] }, metadata }
    }
    case 'ProfileUpdated':
      return { type: event.type, data: { ...event.data, subscriptions: [] }, metadata }
    case 'ImportRejected':
    case 'ImportRepeated':
      return { ...event, metadata }
  }
}
