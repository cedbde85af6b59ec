import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerProgram } from './local-server.ts'

/** A server that speaks MongoDB's protocol and comes as a Python package; needs Python 3.10 to 3.13. */
const requirement = 'SecantusDB==0.7.0b3'
const folder = join(process.cwd(), 'node_modules', '.cache', requirement.replace('==', '-'))
const python = join(folder, 'bin', 'python')
const complete = join(folder, 'complete')

const program: ServerProgram = {
  command: python,
  argumentsFor: (port, dataFolder) => [
    ...['-m', 'secantus', '--host', '127.0.0.1', '--port', String(port), '--storage-path', dataFolder],
    ...['--standalone', '--log-level', 'WARNING'],
  ],
}

/** SecantusDB, where it was installed before. */
export const installedSecantus = (): ServerProgram | undefined => (existsSync(complete) ? program : undefined)

/** Installs SecantusDB with pip into a folder of this project; undefined where that does not work. */
export const installSecantus = (): ServerProgram | undefined => {
  process.stderr.write(`No MongoDB is installed: installing ${requirement} with pip into ${folder}\n`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const installed =
    run('python3', '-m', 'venv', folder) &&
    run(python, '-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', requirement)
  if (!installed) return undefined
  writeFileSync(complete, '')
  return program
}

const run = (command: string, ...argv: Array<string>): boolean =>
  // Standard output is for the data of whoever calls this.
  spawnSync(command, argv, { stdio: ['ignore', 2, 2] }).status === 0
