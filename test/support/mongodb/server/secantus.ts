import { installedPython, installPython } from '../../python/python-package.ts'
import type { ServerProgram } from './local-server.ts'

/** A server that speaks MongoDB's protocol, in a Python package; needs Python 3.10 to 3.13. */
const requirement = 'SecantusDB==0.7.0b3'

const programOf = (python: string | undefined): ServerProgram | undefined =>
  python === undefined
    ? undefined
    : {
        command: python,
        argumentsFor: (port, dataFolder) => [
          ...['-m', 'secantus', '--host', '127.0.0.1', '--port', String(port)],
          ...['--storage-path', dataFolder, '--standalone', '--log-level', 'WARNING'],
        ],
      }

/** SecantusDB, if it is already installed. */
export const installedSecantus = (): ServerProgram | undefined => programOf(installedPython(requirement))

/** Installs SecantusDB with pip, once; undefined if that fails. */
export const installSecantus = (): ServerProgram | undefined => programOf(installPython(requirement))
