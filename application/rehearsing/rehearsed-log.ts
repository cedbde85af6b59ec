import type { EventStore } from '../ports/event-store.ts'
import type { Ids } from '../ports/ids.ts'
import type { StreamEvent } from '../ports/scratch.ts'
import type { Stage } from './stage.ts'

/** What a rehearsal needs of the real log. */
export type ReadableLog = Pick<EventStore, 'limits' | 'readSecret'>

async function* nothing(): AsyncGenerator<never> {}

/**
 * The log as the importer of a rehearsal has it: what it appends goes to the stage, and nothing is written. There is
 * no other writer, so no append conflicts.
 */
export const rehearsedLog = (
  log: ReadableLog,
  stage: Stage,
  ids: Pick<Ids, 'fresh'>,
  onAppended: (events: ReadonlyArray<StreamEvent>) => void,
): EventStore => {
  const identity = { log_id: ids.fresh(), epoch: 1 }
  return {
    limits: log.limits,
    append: async (appends) => {
      const events = appends.flatMap(({ stream, expectedRevision, events }) =>
        events.map(({ event }, i) => ({ stream, revision: expectedRevision + 1 + i, event })),
      )
      const position = await stage.take(events)
      onAppended(events)
      return appends.map(({ stream }) => ({ tag: 'Appended', stream, position }))
    },
    readStream: stage.readStream,
    readSecret: log.readSecret,
    end: () => stage.directory.checkpoint(),
    readIdentity: async () => identity,
    read: nothing,
    subscribe: nothing,
    firstAfter: async () => undefined,
    readCheckpoint: async () => undefined,
    writeIdentity: async () => false,
    writeCheckpoint: async () => false,
    writeSecret: async () => false,
  }
}
