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
import { eventMetadataCodec } from './metadata.ts'
import { profileCreatedCodec } from './profile-created.ts'
import { profileUpdatedCodec } from './profile-updated.ts'
import type { RawEvent, StoredEvent } from './stored-event.ts'

const currentCodecs: ReadonlyMap<string, t.Mixed> = new Map<string, t.Mixed>([
  ['ProfileCreated', profileCreatedCodec],
  ['ProfileUpdated', profileUpdatedCodec],
  ['ImportRejected', importRejectedCodec],
  ['ImportRepeated', importRepeatedCodec],
])

const isVersion0 = (metadata: unknown): boolean =>
  isJsonObject(metadata) && !Object.hasOwn(metadata, 'schema_version')

/** Where the first mistake is and what should be there; never the value. */
const problemOf = (errors: t.Errors): string => {
  const context = errors[0]?.context ?? []
  const path = context.map(({ key }) => printableName(key)).filter((key) => key !== '' && !/^\d+$/.test(key))
  return `${path.join('.')}: not ${context.at(-1)?.type.name ?? 'as expected'}`.slice(0, 300)
}

/** Reads an event of any version as one of today's. Never throws; one that cannot be read says why. */
export const decodeStoredEvent = (raw: RawEvent): StoredEvent => {
  const event = { type: raw.type, data: raw.data, metadata: raw.metadata }
  const codec = currentCodecs.get(raw.type)
  const unreadable = (problem: string): StoredEvent => ({ type: 'Unreadable', storedType: raw.type, problem })
  if (codec === undefined) return unreadable('type: not one of ours')
  if (isVersion0(raw.metadata)) {
    const old = importEventV0Codec.decode(event)
    return E.isRight(old) ? upcastVersion0(old.right) : unreadable(problemOf(old.left))
  }
  // `is` is several times as fast as `decode`, which only serves to say what is wrong.
  if (codec.is(event) && eventMetadataCodec.is(event.metadata)) return event as ImportEvent
  const decoded = importEventCodec.decode(event)
  return E.isLeft(decoded) ? unreadable(problemOf(decoded.left)) : unreadable('unknown')
}
