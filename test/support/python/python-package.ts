import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folderOf = (requirement: string): string =>
  join(process.cwd(), 'node_modules', '.cache', requirement.replace('==', '-'))

/** Beside it: exists if it could not be installed, so that this is tried only once. */
const failureOf = (requirement: string): string => `${folderOf(requirement)}.failed`

/** The Python that has the package, if it is already installed. */
export const installedPython = (requirement: string): string | undefined => {
  const folder = folderOf(requirement)
  return existsSync(join(folder, 'complete')) ? join(folder, 'bin', 'python') : undefined
}

/**
 * Installs a package with pip into a folder of this project, unless it is there. Undefined if that fails now or has failed
 * before: it needs Python with venv. For one process at a time.
 */
export const installPython = (requirement: string): string | undefined => {
  const installed = installedPython(requirement)
  if (installed !== undefined) return installed
  const failure = failureOf(requirement)
  if (existsSync(failure)) {
    process.stderr.write(`${requirement} could not be installed: delete ${failure} to try again\n`)
    return undefined
  }
  const folder = folderOf(requirement)
  const python = join(folder, 'bin', 'python')
  process.stderr.write(`Installing ${requirement} with pip into ${folder}\n`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const isDone =
    run('python3', '-m', 'venv', folder) &&
    run(python, '-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', requirement)
  if (!isDone) {
    rmSync(folder, { recursive: true })
    writeFileSync(failure, '')
    return undefined
  }
  writeFileSync(join(folder, 'complete'), '')
  return python
}

const run = (command: string, ...argv: ReadonlyArray<string>): boolean =>
  // Standard output belongs to the caller's data.
  spawnSync(command, argv, { stdio: ['ignore', 2, 2] }).status === 0
