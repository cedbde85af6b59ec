import * as E from 'fp-ts/lib/Either.js'
import { flow } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import type { EventContext, ImportEvent } from './current.ts'
import * as version0 from './version-0/event.ts'
import * as upcast0 from './version-0/upcast.ts'
import * as version1 from './version-1/event.ts'
import * as upcast1 from './version-1/upcast.ts'

/** Reads older versions: each upcaster makes one step, and the steps are chained. */
interface OlderVersion {
  readonly event: (stored: unknown) => E.Either<t.Errors, ImportEvent>
  /** The context alone, if the rest of the event cannot be read. */
  readonly context: (metadata: unknown) => E.Either<t.Errors, EventContext>
}

/** By version number. */
export const olderVersions: ReadonlyArray<OlderVersion> = [
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
