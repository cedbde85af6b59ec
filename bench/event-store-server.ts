import { beginning } from '../application/ports/position.ts'
import { openEventStoreDb } from '../infrastructure/eventstoredb/open-event-store-db.ts'
import { systemClock } from '../infrastructure/system/system-clock.ts'
import { startDockerServer } from '../test/support/eventstoredb/server/docker-server.ts'
import { startStandInServer } from '../test/support/eventstoredb/server/stand-in-server.ts'
import { dockerWorks } from '../test/support/servers/docker.ts'
import type { Server } from './server.ts'

/** The server at EVENTSTORE_URL, or else one in Docker, or else the stand-in. @throws if its log is not empty */
export const provideEventStore = async (): Promise<Server> => {
  const url = process.env.EVENTSTORE_URL
  if (url !== undefined && url !== '') {
    await requireEmptyLog(url)
    return { url, real: true, dispose: async () => {} }
  }
  // In a separate process, so that it does not share an event loop with what is measured.
  return (await dockerWorks()) ? startDockerServer('in memory') : startStandInServer()
}

/** What a run appends stays there: the next run would find these profiles and create none. */
const requireEmptyLog = async (url: string): Promise<void> => {
  const { eventStore, close } = openEventStoreDb(url, { clock: systemClock })
  try {
    if ((await eventStore.end()) !== beginning) {
      throw new Error('EVENTSTORE_URL: the bench needs an empty, disposable server')
    }
  } finally {
    await close()
  }
}
