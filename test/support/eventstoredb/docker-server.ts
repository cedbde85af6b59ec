import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openEventStoreDb } from '../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { freePort } from '../rabbitmq/free-port.ts'
import { guardAgainstOrphans } from '../rabbitmq/orphan-guard.ts'

const image = 'eventstore/eventstore:24.10'
const flags = ['--insecure', '--mem-db', '--run-projections=All']

const docker = async (...argv: string[]): Promise<void> => {
  await promisify(execFile)('docker', argv)
}

/** A private server in a container, once it answers. */
export const startDockerServer = async () => {
  const name = `profile-importer-test-${randomUUID()}`
  const port = await freePort()
  const url = `esdb://localhost:${port}?tls=false`
  const callOff = guardAgainstOrphans('docker rm -f "$0"', name)
  const dispose = async () => {
    await docker('rm', '-f', '-v', name)
    callOff()
  }
  await docker('run', '-d', '--name', name, '-p', `127.0.0.1:${port}:2113`, image, ...flags)
  try {
    await answers(url)
  } catch (error) {
    await dispose()
    throw error
  }
  return { url, dispose }
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
