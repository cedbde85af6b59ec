import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ServerProgram } from './local-server.ts'

/** The `mongod` on the PATH. */
export const installedMongod = (): ServerProgram | undefined => {
  const command = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'mongod'))
    .find((path) => existsSync(path))
  return command === undefined
    ? undefined
    : {
        command,
        argumentsFor: (port, dataFolder) => [
          ...['--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--dbpath', dataFolder],
        ],
      }
}
