import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { isJsonObject } from '../json.ts'
import { printableName } from '../reason.ts'
import {
  type EventContext,
  eventContext,
  type ImportEvent,
  importEvent,
  importRejected,
  importRepeated,
  keptMessage,
  personalContext,
  profileCreated,
  profileUpdated,
  publicContext,
  schemaVersion,
} from './current.ts'
import type { RawEvent, StoredEvent, UnreadableEvent } from './stored-event.ts'
import * as version0 from './version-0/event.ts'
import * as upcast0 from './version-0/upcast.ts'
import * as version1 from './version-1/event.ts'
import * as upcast1 from './version-1/upcast.ts'

const typeCodecs: ReadonlyMap<string, t.Mixed> = new Map<string, t.Mixed>([
  ['ProfileCreated', profileCreated],
  ['ProfileUpdated', profileUpdated],
  ['ImportRejected', importRejected],
  ['ImportRepeated', importRepeated],
])

/** Nothing else of the parts: what happened is damaged. */
const contextAlone = t.type({
  public: t.exact(publicContext),
  personal: t.exact(personalContext),
  message: t.exact(keptMessage),
})

/** How an older version is read: each upcaster makes one step, and the steps are chained. */
interface OlderVersion {
  readonly event: (stored: unknown) => E.Either<t.Errors, ImportEvent>
  /** Why it happened, where what happened cannot be read. */
  readonly context: (metadata: unknown) => E.Either<t.Errors, EventContext>
}

const olderVersions: ReadonlyArray<OlderVersion> = [
  {
    event: flow(
      version0.importEvent.decode,
      E.map((event) => upcast1.upcast(upcast0.upcast(event), 0)),
    ),
    context: flow(
      version0.metadata.decode,
      E.map((metadata) => upcast1.upcastMetadata(upcast0.upcastMetadata(metadata), 0)),
    ),
  },
  {
    event: flow(
      version1.importEvent.decode,
      E.map((event) => upcast1.upcast(event)),
    ),
    context: flow(
      version1.metadata.decode,
      E.map((metadata) => upcast1.upcastMetadata(metadata)),
    ),
  },
]

const hasParts = (data: unknown): data is { public: unknown; personal?: unknown; message?: unknown } =>
  isJsonObject(data) && Object.hasOwn(data, 'public')

/** Undefined when the event does not tell. */
const versionOf = ({ data, metadata }: RawEvent): number | undefined => {
  const says = hasParts(data) ? data.public : metadata
  if (!isJsonObject(says)) return undefined
  const version = says === metadata && !Object.hasOwn(says, 'schema_version') ? 0 : says.schema_version
  return typeof version === 'number' && Number.isSafeInteger(version) ? version : undefined
}

/** Where the first mistake is and what should be there; never the value. */
const problemOf = (errors: t.Errors): string => {
  const context = errors[0]?.context ?? []
  const path = context.map(({ key }) => printableName(key)).filter((key) => key !== '' && !/^\d+$/.test(key))
  return `${path.join('.')}: not ${context.at(-1)?.type.name ?? 'as expected'}`.slice(0, 300)
}

const unreadable = ({ type }: RawEvent, reason: UnreadableEvent['reason'], problem: string) =>
  ({ type: 'Unreadable', storedType: type, reason, problem }) as const

const damaged = (
  raw: RawEvent,
  problem: string,
  context: E.Either<unknown, EventContext>,
): UnreadableEvent => ({
  ...unreadable(raw, 'damaged', problem),
  ...(E.isRight(context) && context.right.public.import_id === raw.eventId ? { context: context.right } : {}),
})

/** Reads an event of any version as one of today's. Never throws; one that cannot be read says why. */
export const decodeStoredEvent = (raw: RawEvent): StoredEvent => {
  const event = decodeBody(raw)
  return event.type === 'Unreadable' || event.public.import_id === raw.eventId
    ? event
    : unreadable(raw, 'damaged', 'import_id: not the id of the event')
}

const decodeBody = (raw: RawEvent): StoredEvent => {
  const { type, data, metadata } = raw
  const codec = typeCodecs.get(type)
  if (codec === undefined) return unreadable(raw, 'unknown', 'type: unknown here')
  const event = hasParts(data)
    ? { type, public: data.public, personal: data.personal, message: data.message }
    : undefined
  // `is` is several times as fast as `decode`, which only serves to say what is wrong.
  if (codec.is(event) && eventContext.is(event)) return event as ImportEvent
  const version = versionOf(raw)
  if (version !== undefined && version > schemaVersion)
    return unreadable(raw, 'unknown', `schema_version: ${version} is unknown here`)
  const older = version === undefined ? undefined : olderVersions[version]
  if (older === undefined)
    return damaged(raw, event === undefined ? notJson(raw) : problemIn(event), contextOf(event))
  return pipe(
    older.event({ type, data, metadata }),
    E.getOrElseW((errors) =>
      damaged(raw, data === undefined ? notJson(raw) : problemOf(errors), older.context(metadata)),
    ),
  )
}

const contextOf = (event: object | undefined): E.Either<t.Errors, EventContext> =>
  pipe(
    contextAlone.decode(event),
    E.map(({ public: known, personal, message }) => ({ public: known, personal, message })),
  )

const problemIn = (event: unknown): string =>
  pipe(
    importEvent.decode(event),
    E.match(problemOf, () => 'unknown'),
  )

const notJson = ({ data }: RawEvent): string => `${data === undefined ? 'data' : 'metadata'}: not JSON`
