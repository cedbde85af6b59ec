import { installedPython, installPython } from '../../python/python-package.ts'
import type { ServerProgram } from './local-server.ts'

/** A server that speaks MongoDB's protocol and comes as a Python package; needs Python 3.10 to 3.13. */
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

/** SecantusDB, where it was installed before. */
export const installedSecantus = (): ServerProgram | undefined => programOf(installedPython(requirement))

/** Installs SecantusDB with pip; undefined where that does not work. */
export const installSecantus = (): ServerProgram | undefined => programOf(installPython(requirement))
