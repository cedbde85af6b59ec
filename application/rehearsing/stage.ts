import type { AuditIndex } from '../ports/audit-index.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Position } from '../ports/position.ts'
import type { ProfileDirectory } from '../ports/profile-directory.ts'
import type { ScratchProfiles, StreamEvent } from '../ports/scratch.ts'

/**
 * What a rehearsal looks up. Positions on a stage are its own, and have nothing to do with those of a log.
 * `directory.lookup` and `auditIndex.lookup` answer for the same last revision of each stream.
 */
export interface Stage {
  readonly directory: ProfileDirectory
  readonly auditIndex: AuditIndex
  /** As `EventStore.readStream`. */
  readonly readStream: EventStore['readStream']
  /** Takes events in: lookups show them from then on. Returns the checkpoint that they then have. */
  take(events: ReadonlyArray<StreamEvent>): Promise<Position>
}

async function* none(): AsyncGenerator<never> {}

/** A stage for messages of which none repeats another or is a replay: no import is known to it. */
export const scratchStage = ({ directory, take }: ScratchProfiles): Stage => ({
  directory,
  auditIndex: {
    lookup: async (_, streams) => {
      const { checkpoint, revisions } = await directory.lookup([], streams)
      return { checkpoint, records: new Map(), revisions }
    },
    recent: async () => [],
    countUnreadable: async () => 0,
    find: none,
    checkpoint: directory.checkpoint,
  },
  readStream: async () => [],
  take,
})
