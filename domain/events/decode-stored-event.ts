import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { FieldChange } from '../changes.ts'
import { profileIdOf } from '../ids.ts'
import { isJsonObject } from '../json.ts'
import { isTooDeep, maxLevels } from '../nesting.ts'
import { printableName } from '../rejection.ts'
import { databaseStream } from '../streams.ts'
import type { ImportEvent } from './import-event.ts'
import { importEventCodec } from './import-event.ts'
import { importRejectedCodec } from './import-rejected.ts'
import { importRepeatedCodec } from './import-repeated.ts'
import { upcastMetadata, upcastVersion0 } from './legacy/upcast-version-0.ts'
import { importEventV0Codec, metadataV0Codec } from './legacy/version-0.ts'
import { type EventMetadata, eventMetadataCodec, schemaVersion } from './metadata.ts'
import { profileCreatedCodec } from './profile-created.ts'
import { profileUpdatedCodec } from './profile-updated.ts'
import type { RawEvent, StoredEvent, UnreadableEvent } from './stored-event.ts'

const currentCodecs: ReadonlyMap<string, t.Mixed> = new Map<string, t.Mixed>([
  ['ProfileCreated', profileCreatedCodec],
  ['ProfileUpdated', profileUpdatedCodec],
  ['ImportRejected', importRejectedCodec],
  ['ImportRepeated', importRepeatedCodec],
])

const isVersion0 = (metadata: unknown): boolean =>
  isJsonObject(metadata) && !Object.hasOwn(metadata, 'schema_version')

/** The schema version of a later program; undefined when the event states none that is later than ours. */
const laterVersion = (metadata: unknown): number | undefined => {
  const version = isJsonObject(metadata) ? metadata.schema_version : undefined
  return Number.isSafeInteger(version) && Number(version) > schemaVersion ? Number(version) : undefined
}

/** Where the first mistake is and what should be there; never the value. */
const problemOf = (errors: t.Errors): string => {
  const context = errors[0]?.context ?? []
  const path = context.map(({ key }) => printableName(key)).filter((key) => key !== '' && !/^\d+$/.test(key))
  return `${path.join('.')}: not ${context.at(-1)?.type.name ?? 'as expected'}`.slice(0, 300)
}

const unreadable = ({ type }: RawEvent, reason: UnreadableEvent['reason'], problem: string) =>
  ({ type: 'Unreadable', storedType: type, reason, problem }) as const

const damaged = (raw: RawEvent, problem: string): UnreadableEvent => {
  const metadata = metadataOf(raw)
  return { ...unreadable(raw, 'damaged', problem), ...(metadata === undefined ? {} : { metadata }) }
}

/** Where it is intact and of this event. */
const metadataOf = ({ eventId, metadata }: RawEvent): EventMetadata | undefined => {
  if (isTooDeep(metadata)) return undefined
  const read = isVersion0(metadata)
    ? metadataV0Codec.is(metadata) && upcastMetadata(metadata)
    : eventMetadataCodec.is(metadata) && metadata
  return read && read.import_id === eventId ? read : undefined
}

/** Reads an event of any version as one of today's. Never throws; one that cannot be read says why. */
export const decodeStoredEvent = (raw: RawEvent): StoredEvent => {
  const event = decodeBody(raw)
  if (event.type === 'Unreadable') return event
  const contradiction = contradictionIn(event, raw)
  return contradiction === undefined ? event : damaged(raw, contradiction)
}

/** What an event says that its id, its stream, or what is ever written cannot be reconciled with. */
const contradictionIn = (
  event: ImportEvent,
  { eventId, stream, data, metadata }: RawEvent,
): string | undefined => {
  if (event.metadata.import_id !== eventId) return 'metadata.import_id: not the id of the event'
  if (isTooDeep(metadata)) return 'metadata: too deep'
  if (isTooDeep(data)) return 'data: too deep'
  if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') return undefined
  if (stream !== databaseStream(event.data)) return 'data: not of the database of the stream'
  if (event.type === 'ProfileCreated' && event.data.profile_id !== profileIdOf(event.metadata.import_id))
    return 'data.profile_id: not from the id of the event'
  return event.data.changes.some(hasTooLongPath) ? 'data.changes.submatch: too long' : undefined
}

/** A path makes levels. */
const hasTooLongPath = (change: FieldChange): boolean =>
  change.action === 'upsert' && change.submatch.length > maxLevels

const decodeBody = (raw: RawEvent): StoredEvent => {
  const codec = currentCodecs.get(raw.type)
  if (codec === undefined) return unreadable(raw, 'unknown', 'type: unknown here')
  const event = { type: raw.type, data: raw.data, metadata: raw.metadata }
  // `is` is several times as fast as `decode`, which only serves to say what is wrong.
  if (codec.is(event) && eventMetadataCodec.is(event.metadata)) return event as ImportEvent
  const later = laterVersion(raw.metadata)
  if (later !== undefined)
    return unreadable(raw, 'unknown', `metadata.schema_version: ${later} is unknown here`)
  if (raw.data === undefined || raw.metadata === undefined) return damaged(raw, notJson(raw))
  if (isVersion0(raw.metadata)) {
    const old = importEventV0Codec.decode(event)
    return E.isRight(old) ? upcastVersion0(old.right) : damaged(raw, problemOf(old.left))
  }
  const decoded = importEventCodec.decode(event)
  return damaged(raw, E.isLeft(decoded) ? problemOf(decoded.left) : 'unknown')
}

const notJson = ({ data }: RawEvent): string => `${data === undefined ? 'data' : 'metadata'}: not JSON`
