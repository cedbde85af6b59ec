import type { Database } from '../../ids.ts'
import type { EventContext } from '../version-2/context.ts'
import type { ImportEvent as ImportEventV2 } from '../version-2/event.ts'
import type { Reason } from '../version-2/reason.ts'
import type { ImportEvent, Metadata } from './event.ts'

type Rejection = Extract<ImportEvent, { type: 'ImportRejected' }>['data']['rejection']

/** Version 1 named limits by their settings. Any other name is kept. */
const limits: ReadonlyMap<string, string> = new Map([
  ['MAX_MESSAGE_BYTES', 'message_bytes'],
  ['MAX_DEPTH', 'depth'],
  ['MAX_FIELDS', 'fields'],
  ['MAX_SUBSCRIPTIONS', 'subscriptions'],
  ['MAX_LIST_ELEMENTS', 'list_elements'],
  ['MAX_CONTACTS', 'contacts'],
  ['MAX_PROFILE_BYTES', 'profile_bytes'],
  ['bytes of an event', 'event_bytes'],
])

const reasonOf = (rejection: Rejection): Reason =>
  rejection.tag === 'LimitExceeded'
    ? { ...rejection, limit: limits.get(rejection.limit) ?? rejection.limit }
    : rejection

/** The reply codes of version 1. */
const codes = {
  NotUtf8: 400,
  NotJson: 400,
  NotAnObject: 400,
  MissingMember: 400,
  BadMember: 400,
  UnknownField: 400,
  UnfitAction: 400,
  UnmatchableField: 400,
  UnknownDatabase: 404,
  ProfileNotFound: 404,
  SeveralMatches: 409,
  MessageIdReused: 409,
  LimitExceeded: 413,
  OutcomeUnreadable: 500,
  Defect: 500,
} as const satisfies Record<Rejection['tag'], number>

/** A key without its value: `email`, or `custom:` and the name of the field. */
const kind = /^(?:(?:custom|tag|sub-field):[^:]*|[^:@]*)/

const kindsOf = (keys: ReadonlyArray<string>): Array<string> => [
  ...new Set(keys.map((key) => kind.exec(key)?.[0] ?? '')),
]

export const upcastMetadata = (metadata: Metadata): EventContext => {
  const { source, properties, message, match } = metadata
  const { bytes, sha256, ...kept } = message
  return {
    public: {
      schema_version: 2,
      import_id: metadata.import_id,
      time: metadata.time,
      source,
      identified: source.kind === 'ndjson' || properties.message_id !== undefined,
      mode: metadata.matching,
      skip_triggers: metadata.skip_triggers,
      ...(match && { key_kinds: kindsOf(match.keys), candidates: match.candidates }),
      ...(metadata.replay_of !== undefined && { replay_of: metadata.replay_of }),
    },
    personal: {
      properties,
      feedback_id: metadata.feedback_id,
      bytes,
      sha256,
      warnings: [],
      ...(match && { keys: match.keys }),
    },
    message: kept,
  }
}

/** The event as version 2 would have recorded it, without what was not recorded then: salt and before-values. */
export const upcast = (event: ImportEvent): ImportEventV2 => {
  const { public: publicPart, personal, message } = upcastMetadata(event.metadata)
  switch (event.type) {
    case 'ProfileCreated':
    case 'ProfileUpdated': {
      const { changes, subscriptions, ...profile } = event.data
      const changed = { personal: { ...personal, changes, subscriptions }, message }
      if (event.type === 'ProfileCreated')
        return {
          type: event.type,
          public: { ...publicPart, ...profile, verdict: 'created', code: 0 },
          ...changed,
        }
      const verdict = changes.length + subscriptions.length > 0 ? 'updated' : 'unchanged'
      return { type: event.type, public: { ...publicPart, ...profile, verdict, code: 0 }, ...changed }
    }
    case 'ImportRejected': {
      const { code, rejection, ...database } = event.data
      return {
        type: event.type,
        public: {
          ...publicPart,
          ...(database as Partial<Database>),
          verdict: 'rejected',
          code,
          reason_tags: [rejection.tag],
        },
        personal: { ...personal, reasons: [reasonOf(rejection)] },
        message,
      }
    }
    case 'ImportRepeated': {
      const { first_import_id, first_outcome } = event.data
      const first = { ...publicPart, verdict: 'duplicate', first_import_id } as const
      if (first_outcome.verdict === 'rejected') {
        const { rejection } = first_outcome
        return {
          type: event.type,
          public: {
            ...first,
            first_verdict: 'rejected',
            code: codes[rejection.tag],
            reason_tags: [rejection.tag],
          },
          personal: { ...personal, reasons: [reasonOf(rejection)] },
          message,
        }
      }
      const { verdict, profile_id } = first_outcome
      return {
        type: event.type,
        public: { ...first, first_verdict: verdict, profile_id, code: 0, reason_tags: [] },
        personal: { ...personal, reasons: [] },
        message,
      }
    }
  }
}
