import { createHash } from 'node:crypto'
import type { NewEvent } from '../../../application/ports/event-store.ts'
import type { FieldChange, SubscriptionChange } from '../../../domain/changes.ts'
import type { ImportEvent } from '../../../domain/events/import-event.ts'
import { type EventMetadata, schemaVersion } from '../../../domain/events/metadata.ts'
import { type Database, type ImportId, type ProfileId, profileIdOf } from '../../../domain/ids.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import { type Rejection, rejectionCode } from '../../../domain/rejection.ts'

/** The n-th of a series of import ids, all different within their first 24 hex digits. */
export const anImportId = (n: number): ImportId =>
  `${n.toString(16).padStart(8, '0')}-0000-5000-8000-000000000000` as ImportId

export const aDatabase = (account_id = 1, db_id = 7): Database => ({ account_id, db_id }) as Database

export const aTime = (seconds = 0): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()

/** Of the import `anImportId(n)`, unless told otherwise. */
export const someMetadata = (n: number, told: Partial<EventMetadata> = {}): EventMetadata => {
  const body = told.message?.body ?? JSON.stringify({ account_id: 1, db_id: 7, data: { n } })
  return {
    schema_version: schemaVersion,
    import_id: anImportId(n),
    time: aTime(n),
    source: { kind: 'queue', queue: 'database_import' },
    properties: { message_id: `m-${n}` },
    message: {
      encoding: 'utf8',
      body,
      bytes: Buffer.byteLength(body),
      sha256: createHash('sha256').update(body).digest('hex'),
    },
    feedback_id: '',
    matching: 'email',
    skip_triggers: false,
    ...told,
  }
}

interface ProfileTold {
  readonly database?: Database
  readonly profileId?: ProfileId
  readonly changes?: Array<FieldChange>
  readonly subscriptions?: Array<SubscriptionChange>
  readonly metadata?: Partial<EventMetadata>
}

const profileData = (n: number, told: ProfileTold) => ({
  ...(told.database ?? aDatabase()),
  profile_id: told.profileId ?? profileIdOf(anImportId(n)),
  changes: told.changes ?? [],
  subscriptions: told.subscriptions ?? [],
})

export const profileCreated = (n: number, told: ProfileTold = {}): ImportEvent => ({
  type: 'ProfileCreated',
  data: profileData(n, told),
  metadata: someMetadata(n, told.metadata),
})

export const profileUpdated = (n: number, told: ProfileTold = {}): ImportEvent => ({
  type: 'ProfileUpdated',
  data: profileData(n, told),
  metadata: someMetadata(n, told.metadata),
})

export const importRejected = (
  n: number,
  rejection: Rejection = { tag: 'NotJson' },
  metadata: Partial<EventMetadata> = {},
): ImportEvent => ({
  type: 'ImportRejected',
  data: { code: rejectionCode(rejection), rejection },
  metadata: someMetadata(n, metadata),
})

export const importRepeated = (
  n: number,
  first: number,
  metadata: Partial<EventMetadata> = {},
  outcome: Outcome = { verdict: 'created', profile_id: profileIdOf(anImportId(first)) },
): ImportEvent => ({
  type: 'ImportRepeated',
  data: { first_import_id: anImportId(first), first_outcome: outcome },
  metadata: someMetadata(n, metadata),
})

/** As it goes to an append; the event id of an outcome is its import id. */
export const toAppend = (event: ImportEvent): NewEvent => ({ eventId: event.metadata.import_id, event })

/** The events of the imports `from` to `from + count - 1`, each creating a profile. */
export const creations = (from: number, count: number, database = aDatabase()): ReadonlyArray<NewEvent> =>
  Array.from({ length: count }, (_, i) => toAppend(profileCreated(from + i, { database })))
