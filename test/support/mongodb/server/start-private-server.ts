import { dockerWorks } from '../../servers/docker.ts'
import { startDockerServer } from './docker-server.ts'
import { installedMongod } from './installed-mongod.ts'
import { startLocalServer } from './local-server.ts'
import type { PrivateServer } from './private-server.ts'
import { installedSecantus, installSecantus } from './secantus.ts'

const howToGetMongoDb =
  'no MongoDB for the tests: install mongod, start Docker, let pip install SecantusDB (Python 3.10 to 3.13 with venv) or ' +
  'set MONGODB_URL (SKIP_MONGODB=1 leaves these suites out)'

/** True if `startPrivateServer` can work without installing anything. */
export const canStartPrivateServer = async (): Promise<boolean> =>
  installedMongod() !== undefined || (await dockerWorks()) || installedSecantus() !== undefined

/**
 * A started private server: an installed `mongod`, or else one in Docker, or else SecantusDB, installed if necessary.
 */
export const startPrivateServer = async (): Promise<PrivateServer> => {
  const mongod = installedMongod()
  if (mongod !== undefined) return startLocalServer(mongod)
  if (await dockerWorks()) return startDockerServer()
  const secantus = installedSecantus() ?? installSecantus()
  if (secantus === undefined) throw new Error(howToGetMongoDb)
  return startLocalServer(secantus)
}
