import type { ImportEvent } from '../../domain/events/current.ts'
import type { RecordedEvent } from './event-store.ts'
import type { Position } from './position.ts'
import type { ProfileDirectory } from './profile-directory.ts'
import type { ProfileDocument, ProfileRef } from './profile-document.ts'

/** An event in its stream, wherever it is in a log, or in none. */
export type StreamEvent = Pick<RecordedEvent, 'stream' | 'revision'> & { readonly event: ImportEvent }

/** An event of a log that can be read. */
export type ReadableEvent = RecordedEvent & StreamEvent

/** The read model `profiles`, to be written to and then thrown away. Its positions are its own. */
export interface ScratchProfiles {
  readonly directory: ProfileDirectory
  /** Applies events of consecutive revisions, and returns the new checkpoint. */
  take(events: ReadonlyArray<StreamEvent>): Promise<Position>
  /** As `ProjectionStore.count`, `load` and `scan`. */
  count(): Promise<number>
  load(refs: ReadonlyArray<ProfileRef>): Promise<ReadonlyArray<ProfileDocument>>
  scan(signal: AbortSignal): AsyncIterable<ReadonlyArray<ProfileDocument>>
}

/** Two profiles read models that begin with the same past. */
export interface Scratch {
  /** The version of their projection. */
  readonly version: string
  /** Takes in the past, before `split`. */
  readonly past: Pick<ScratchProfiles, 'take'>
  /** Call it once. */
  split(): Promise<{ readonly recorded: ScratchProfiles; readonly rehearsed: ScratchProfiles }>
}
