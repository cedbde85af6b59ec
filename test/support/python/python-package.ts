import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folderOf = (requirement: string): string =>
  join(process.cwd(), 'node_modules', '.cache', requirement.replace('==', '-'))

/** The Python that has the package, if it is already installed. */
export const installedPython = (requirement: string): string | undefined => {
  const folder = folderOf(requirement)
  return existsSync(join(folder, 'complete')) ? join(folder, 'bin', 'python') : undefined
}

/** Installs a package with pip into a folder of this project. Undefined if that fails: it needs Python with venv. */
export const installPython = (requirement: string): string | undefined => {
  const folder = folderOf(requirement)
  const python = join(folder, 'bin', 'python')
  process.stderr.write(`Installing ${requirement} with pip into ${folder}\n`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const installed =
    run('python3', '-m', 'venv', folder) &&
    run(python, '-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', requirement)
  if (!installed) return undefined
  writeFileSync(join(folder, 'complete'), '')
  return python
}

const run = (command: string, ...argv: ReadonlyArray<string>): boolean =>
  // Standard output belongs to the caller's data.
  spawnSync(command, argv, { stdio: ['ignore', 2, 2] }).status === 0
