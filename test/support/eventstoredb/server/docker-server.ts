import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openEventStoreDb } from '../../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { systemClock } from '../../../../infrastructure/system/system-clock.ts'
import { docker } from '../../servers/docker.ts'
import { freePort } from '../../servers/free-port.ts'
import { guardAgainstOrphans } from '../../servers/orphan-guard.ts'
import type { PrivateServer } from './private-server.ts'

const image = 'eventstore/eventstore:24.10'
const flags = ['--insecure', '--run-projections=All']

/** A private server in a container, once it answers. */
export const startDockerServer = async (log: 'in memory' | 'on disk'): Promise<PrivateServer> => {
  const name = `profile-importer-test-${randomUUID()}`
  const port = await freePort()
  const url = `esdb://localhost:${port}?tls=false`
  const callOff = guardAgainstOrphans('docker rm -f "$0"', name)
  const dispose = async () => {
    await docker('rm', '-f', '-v', name)
    callOff()
  }
  const kept = log === 'in memory' ? ['--mem-db'] : []
  await docker('run', '-d', '--name', name, '-p', `127.0.0.1:${port}:2113`, image, ...flags, ...kept)
  try {
    await answers(url)
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    url,
    real: true,
    start: async () => {
      await docker('start', name)
      await answers(url)
    },
    kill: () => docker('kill', name),
    suspend: () => docker('pause', name),
    resume: () => docker('unpause', name),
    dispose,
  }
}

const answers = async (url: string): Promise<void> => {
  const { eventStore, close } = openEventStoreDb(url, { clock: systemClock })
  try {
    for (let seconds = 0; ; seconds++) {
      try {
        await eventStore.end()
        return
      } catch (error) {
        if (seconds === 90) throw error
        await sleep(1000)
      }
    }
  } finally {
    await close()
  }
}
