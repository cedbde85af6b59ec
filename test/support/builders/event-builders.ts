import { createHash } from 'node:crypto'
import type { NewEvent } from '../../../application/ports/event-store.ts'
import {
  type DomainEvent,
  type EventContext,
  type FieldChange,
  type ImportEvent,
  type KeptMessage,
  type PersonalContext,
  type PublicContext,
  type Reason,
  type SubscriptionChange,
  schemaVersion,
} from '../../../domain/events/current.ts'
import { type Database, type ImportId, type ProfileId, profileIdOf } from '../../../domain/ids.ts'
import { importRejected as rejectedEvent } from '../../../domain/import-rejected.ts'
import { importRepeated as repeatedEvent } from '../../../domain/import-repeated.ts'
import type { Outcome } from '../../../domain/outcome.ts'

/** The n-th of a series of import ids, all different within their first 24 hex digits. */
export const anImportId = (n: number): ImportId =>
  `${n.toString(16).padStart(8, '0')}-0000-5000-8000-000000000000` as ImportId

export const aDatabase = (account_id = 1, db_id = 7): Database => ({ account_id, db_id }) as Database

export const aTime = (seconds = 0): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()

/** Members of a context, in whatever part they are. */
export type ToldContext = Partial<Omit<PublicContext, 'schema_version'>> &
  Partial<Omit<PersonalContext, 'bytes' | 'sha256'>> & { readonly message?: KeptMessage }

/** The context of the import `anImportId(n)`, unless specified otherwise. */
export const someContext = (n: number, told: ToldContext = {}): EventContext => {
  const message = told.message ?? {
    encoding: 'utf8',
    body: JSON.stringify({ account_id: 1, db_id: 7, data: { n } }),
  }
  const bytes = Buffer.from(message.body, message.encoding)
  const { import_id, time, source, identified, mode, skip_triggers, ...others } = told
  const { key_kinds, candidates, replay_of, recorded_version, message: _, ...personal } = others
  const publicMembers = { key_kinds, candidates, replay_of, recorded_version }
  return {
    public: {
      schema_version: schemaVersion,
      import_id: import_id ?? anImportId(n),
      time: time ?? aTime(n),
      source: source ?? { kind: 'queue', queue: 'database_import' },
      identified: identified ?? true,
      mode: mode ?? 'email',
      skip_triggers: skip_triggers ?? false,
      ...JSON.parse(JSON.stringify(publicMembers)),
    },
    personal: {
      salt: 'AAAAAAAAAAAAAAAAAAAAAA',
      properties: { message_id: `m-${n}` },
      feedback_id: '',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      warnings: [],
      ...personal,
    },
    message,
  }
}

interface ProfileTold {
  readonly database?: Database
  readonly profileId?: ProfileId
  readonly changes?: Array<FieldChange>
  readonly subscriptions?: Array<SubscriptionChange>
  readonly context?: ToldContext
}

const inContext = (event: DomainEvent, context: EventContext): ImportEvent =>
  ({
    type: event.type,
    public: { ...context.public, ...event.public },
    personal: { ...context.personal, ...event.personal },
    message: context.message,
  }) as ImportEvent

const changesIn = ({ changes = [], subscriptions = [] }: ProfileTold) => ({ changes, subscriptions })

const profileIn = (
  n: number,
  { database = aDatabase(), profileId = profileIdOf(anImportId(n)) }: ProfileTold,
) => ({
  ...database,
  profile_id: profileId,
})

export const profileCreated = (n: number, told: ProfileTold = {}): ImportEvent =>
  inContext(
    {
      type: 'ProfileCreated',
      public: { ...profileIn(n, told), verdict: 'created', code: 0 },
      personal: changesIn(told),
    },
    someContext(n, told.context),
  )

export const profileUpdated = (n: number, told: ProfileTold = {}): ImportEvent => {
  const personal = changesIn(told)
  const verdict = personal.changes.length + personal.subscriptions.length > 0 ? 'updated' : 'unchanged'
  return inContext(
    { type: 'ProfileUpdated', public: { ...profileIn(n, told), verdict, code: 0 }, personal },
    someContext(n, told.context),
  )
}

export const importRejected = (
  n: number,
  reason: Reason = { tag: 'NotJson' },
  context: ToldContext = {},
): ImportEvent => inContext(rejectedEvent([reason], undefined), someContext(n, context))

export const importRepeated = (
  n: number,
  first: number,
  context: ToldContext = {},
  outcome: Outcome = { verdict: 'created', profile_id: profileIdOf(anImportId(first)) },
): ImportEvent => inContext(repeatedEvent(anImportId(first), outcome, undefined), someContext(n, context))

/** In the form of an append; the event id of an outcome is its import id. */
export const toAppend = (event: ImportEvent): NewEvent => ({ eventId: event.public.import_id, event })

/** The events of the imports `from` to `from + count - 1`, each creating a profile. */
export const creations = (from: number, count: number, database = aDatabase()): ReadonlyArray<NewEvent> =>
  Array.from({ length: count }, (_, i) => toAppend(profileCreated(from + i, { database })))
