import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { beginning } from '../application/ports/position.ts'
import { exitOf } from '../demo/run-cli.ts'
import { openEventStoreDb } from '../infrastructure/eventstoredb/open-event-store-db.ts'
import { systemClock } from '../infrastructure/system/system-clock.ts'
import { startDockerServer } from '../test/support/eventstoredb/docker-server.ts'
import { dockerWorks } from '../test/support/rabbitmq/docker-broker.ts'
import type { Server } from './servers.ts'

const standIn = fileURLToPath(new URL('./stand-in-process.ts', import.meta.url))

/** The server that EVENTSTORE_URL names, else one in Docker, else the stand-in. @throws when its log is not empty */
export const provideEventStore = async (): Promise<Server> => {
  const url = process.env.EVENTSTORE_URL
  if (url !== undefined && url !== '') {
    await requireEmptyLog(url)
    return { url, real: true, dispose: async () => {} }
  }
  if (await dockerWorks()) return { ...(await startDockerServer()), real: true }
  return startStandInProcess()
}

/** In a process of its own, so that it does not share an event loop with what is measured. */
const startStandInProcess = async (): Promise<Server> => {
  const child = fork(standIn, { execArgv: ['--import', import.meta.resolve('tsx')] })
  const [url]: unknown[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('the stand-in of EventStoreDB has ended')
    }),
  ])
  return {
    url: String(url),
    real: false,
    dispose: async () => {
      child.kill()
      await exitOf(child)
    },
  }
}

/** What a bench appends stays there: the next one would find its profiles, and create none. */
const requireEmptyLog = async (url: string): Promise<void> => {
  const { eventStore, close } = openEventStoreDb(url, { clock: systemClock })
  try {
    if ((await eventStore.end()) !== beginning) {
      throw new Error(
        'EVENTSTORE_URL: the bench needs a server that holds no imports, to be thrown away after it',
      )
    }
  } finally {
    await close()
  }
}
