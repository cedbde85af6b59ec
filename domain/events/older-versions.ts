import * as E from 'fp-ts/lib/Either.js'
import { flow, identity } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import type { EventContext, ImportEvent } from './current.ts'
import * as version0 from './version-0/event.ts'
import * as upcast0 from './version-0/upcast.ts'
import * as version1 from './version-1/event.ts'
import * as upcast1 from './version-1/upcast.ts'

/** Makes events of a version current ones. */
interface ToCurrent<Event, Metadata> {
  readonly event: (event: Event) => ImportEvent
  readonly context: (metadata: Metadata) => EventContext
}

/** One step, and then those of the next version. */
const step = <Event, Metadata, NextEvent, NextMetadata>(
  {
    upcast,
    upcastMetadata,
  }: {
    readonly upcast: (event: Event) => NextEvent
    readonly upcastMetadata: (metadata: Metadata) => NextMetadata
  },
  next: ToCurrent<NextEvent, NextMetadata>,
): ToCurrent<Event, Metadata> => ({
  event: flow(upcast, next.event),
  context: flow(upcastMetadata, next.context),
})

const current: ToCurrent<ImportEvent, EventContext> = { event: identity, context: identity }
const fromVersion1 = step(upcast1, current)
const fromVersion0 = step(upcast0, fromVersion1)

interface OlderVersion {
  readonly event: (stored: unknown) => E.Either<t.Errors, ImportEvent>
  /** The context alone, if the rest of the event cannot be read. */
  readonly context: (metadata: unknown) => E.Either<t.Errors, EventContext>
}

const reading = <Event, Metadata>(
  codecs: {
    readonly importEvent: t.Decoder<unknown, Event>
    readonly metadata: t.Decoder<unknown, Metadata>
  },
  toCurrent: ToCurrent<Event, Metadata>,
): OlderVersion => ({
  event: flow(codecs.importEvent.decode, E.map(toCurrent.event)),
  context: flow(codecs.metadata.decode, E.map(toCurrent.context)),
})

const recordedIn =
  (version: number) =>
  <Recorded extends EventContext>(recorded: Recorded): Recorded => {
    const { schema_version, ...others } = recorded.public
    return { ...recorded, public: { schema_version, recorded_version: version, ...others } }
  }

/** By version number. */
export const olderVersions: ReadonlyArray<OlderVersion> = [
  reading(version0, fromVersion0),
  reading(version1, fromVersion1),
].map(({ event, context }, version) => ({
  event: flow(event, E.map(recordedIn(version))),
  context: flow(context, E.map(recordedIn(version))),
}))
