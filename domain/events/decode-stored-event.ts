import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { isJsonObject } from '../json.ts'
import { isTooDeep } from '../nesting.ts'
import { printableName } from '../reason.ts'
import { contradictionIn } from './contradiction.ts'
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
import { olderVersions } from './older-versions.ts'
import type { RawEvent, StoredEvent, UnreadableEvent } from './stored-event.ts'

const typeCodecs: ReadonlyMap<string, t.Mixed> = new Map<string, t.Mixed>([
  ['ProfileCreated', profileCreated],
  ['ProfileUpdated', profileUpdated],
  ['ImportRejected', importRejected],
  ['ImportRepeated', importRepeated],
])

/** For an event of which the rest is damaged. */
const contextAlone = t.type({
  public: t.exact(publicContext),
  personal: t.exact(personalContext),
  message: t.exact(keptMessage),
})

const hasParts = (data: unknown): data is { public: unknown; personal?: unknown; message?: unknown } =>
  isJsonObject(data) && Object.hasOwn(data, 'public')

/** Undefined if the event does not say. */
const versionOf = ({ data, metadata }: RawEvent): number | undefined => {
  const says = hasParts(data) ? data.public : metadata
  if (!isJsonObject(says)) return undefined
  const version = says === metadata && !Object.hasOwn(says, 'schema_version') ? 0 : says.schema_version
  return typeof version === 'number' && Number.isSafeInteger(version) ? version : undefined
}

/** Where the first problem is and what was expected there, never the value. */
const problemOf = (errors: t.Errors): string => {
  const context = errors[0]?.context ?? []
  const path = context.map(({ key }) => printableName(key)).filter((key) => key !== '' && !/^\d+$/.test(key))
  return `${path.join('.')}: not ${context.at(-1)?.type.name ?? 'as expected'}`.slice(0, 300)
}

const unreadable = ({ type }: RawEvent, reason: UnreadableEvent['reason'], problem: string) =>
  ({ type: 'Unreadable', storedType: type, reason, problem }) as const

const damaged = (raw: RawEvent, problem: string): UnreadableEvent => {
  const context = contextIn(raw)
  return { ...unreadable(raw, 'damaged', problem), ...(context === undefined ? {} : { context }) }
}

/** The context of the event, if it is intact and belongs to this event. */
const contextIn = (raw: RawEvent): EventContext | undefined => {
  const { data, metadata, eventId } = raw
  if (isTooDeep(hasParts(data) ? data : metadata)) return undefined
  const older = olderVersions[versionOf(raw) ?? schemaVersion]
  const context = older === undefined ? contextAlone.decode(data) : older.context(metadata)
  return E.isRight(context) && context.right.public.import_id === eventId ? context.right : undefined
}

/** Reads an event of any version as one of the current version. Never throws: an unreadable event says why. */
export const decodeStoredEvent = (raw: RawEvent): StoredEvent => {
  const event = decodeBody(raw)
  if (event.type === 'Unreadable') return event
  const contradiction = contradictionIn(event, raw)
  return contradiction === undefined ? event : damaged(raw, contradiction)
}

const decodeBody = (raw: RawEvent): StoredEvent => {
  const { type, data, metadata } = raw
  // Nobody writes an event without a type, a newer program neither.
  if (type === '') return damaged(raw, 'type: missing')
  const codec = typeCodecs.get(type)
  if (codec === undefined) return unreadable(raw, 'unknown', 'type: unknown')
  const event = hasParts(data)
    ? { type, public: data.public, personal: data.personal, message: data.message }
    : undefined
  // `is` is several times faster than `decode`, which is only used to say what is wrong.
  if (codec.is(event) && eventContext.is(event)) return event as ImportEvent
  const version = versionOf(raw)
  if (version !== undefined && version > schemaVersion)
    return unreadable(raw, 'unknown', `schema_version: ${version} is unknown`)
  const older = version === undefined ? undefined : olderVersions[version]
  if (older === undefined) return damaged(raw, event === undefined ? notJson(raw) : problemIn(event))
  return pipe(
    older.event({ type, data, metadata }),
    E.getOrElseW((errors) => damaged(raw, data === undefined ? notJson(raw) : problemOf(errors))),
  )
}

const problemIn = (event: unknown): string =>
  pipe(
    importEvent.decode(event),
    E.match(problemOf, () => 'unknown'),
  )

const notJson = ({ data, metadata }: RawEvent): string => {
  if (data === undefined) return 'data: not JSON'
  return metadata === undefined ? 'metadata: not JSON' : 'schema_version: no such version'
}
