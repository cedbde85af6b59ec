import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { isJsonObject } from '../json.ts'
import { printableName } from '../rejection.ts'
import type { ImportEvent } from './import-event.ts'
import { importEventCodec } from './import-event.ts'
import { importRejectedCodec } from './import-rejected.ts'
import { importRepeatedCodec } from './import-repeated.ts'
import { upcastVersion0 } from './legacy/upcast-version-0.ts'
import { importEventV0Codec } from './legacy/version-0.ts'
import { eventMetadataCodec, schemaVersion } from './metadata.ts'
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

const damaged = (raw: RawEvent, problem: string): UnreadableEvent => ({
  ...unreadable(raw, 'damaged', problem),
  ...(eventMetadataCodec.is(raw.metadata) && raw.metadata.import_id === raw.eventId
    ? { metadata: raw.metadata }
    : {}),
})

/** Reads an event of any version as one of today's. Never throws; one that cannot be read says why. */
export const decodeStoredEvent = (raw: RawEvent): StoredEvent => {
  const event = decodeBody(raw)
  return event.type === 'Unreadable' || event.metadata.import_id === raw.eventId
    ? event
    : unreadable(raw, 'damaged', 'metadata.import_id: not the id of the event')
}

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
