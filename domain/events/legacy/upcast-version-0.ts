import type { FieldChange } from '../../changes.ts'
import type { DomainEvent, ImportEvent } from '../import-event.ts'
import type { EventMetadata } from '../metadata.ts'
import type { ImportEventV0 } from './version-0.ts'

const upcastEvent = (event: ImportEventV0): DomainEvent => {
  switch (event.type) {
    case 'ProfileCreated': {
      const { fields, ...profile } = event.data
      const changes = Object.entries(fields).map(
        ([field, value]): FieldChange => ({ field, action: 'set', value }),
      )
      return { type: event.type, data: { ...profile, changes, subscriptions: [] } }
    }
    case 'ProfileUpdated':
      return { type: event.type, data: { ...event.data, subscriptions: [] } }
    case 'ImportRejected':
      return { type: event.type, data: event.data }
    case 'ImportRepeated':
      return { type: event.type, data: event.data }
  }
}

/** The event as it would be recorded today. */
export const upcastVersion0 = (event: ImportEventV0): ImportEvent => ({
  ...upcastEvent(event),
  metadata: upcastMetadata(event.metadata),
})

export const upcastMetadata = (metadata: ImportEventV0['metadata']): EventMetadata => ({
  ...metadata,
  schema_version: 1,
  properties: {},
})
