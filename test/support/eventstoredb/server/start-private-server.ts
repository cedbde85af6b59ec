import { join } from 'node:path'
import { dockerWorks } from '../../servers/docker.ts'
import { startDockerServer } from './docker-server.ts'
import type { PrivateServer } from './private-server.ts'
import { startStandInServer } from './stand-in-server.ts'

/** A started server with its log on disk: in Docker, or else the stand-in, with its journal in the folder. */
export const startPrivateServer = async (folder: string): Promise<PrivateServer> =>
  (await dockerWorks())
    ? startDockerServer('on disk')
    : startStandInServer(join(folder, 'event-store.journal'))
