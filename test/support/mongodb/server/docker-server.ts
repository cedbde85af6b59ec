import { randomUUID } from 'node:crypto'
import { docker } from '../../servers/docker.ts'
import { freePort } from '../../servers/free-port.ts'
import { guardAgainstOrphans } from '../../servers/orphan-guard.ts'
import { awaitServer } from './await-server.ts'
import type { PrivateServer } from './private-server.ts'

const image = 'mongo:8'

/** A private server in a container, started. */
export const startDockerServer = async (): Promise<PrivateServer> => {
  const name = `profile-importer-test-${randomUUID()}`
  const port = await freePort()
  const url = `mongodb://127.0.0.1:${port}`
  const callOff = guardAgainstOrphans('docker rm -f -v "$0"', name)
  const ready = () => awaitServer(url, () => undefined)
  const dispose = async () => {
    await docker('rm', '-f', '-v', name)
    callOff()
  }
  await docker('run', '-d', '--name', name, '-p', `127.0.0.1:${port}:27017`, image)
  await ready().catch(async (error: unknown) => {
    await dispose()
    throw error
  })
  return {
    url,
    start: async () => {
      await docker('start', name)
      await ready()
    },
    kill: () => docker('kill', name),
    suspend: () => docker('pause', name),
    resume: () => docker('unpause', name),
    dispose,
  }
}
