import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { logEpochOf } from '../../application/ports/log-identity.ts'
import { shareDataFolder } from '../sqlite/claim-data-folder.ts'
import { copyLogFile } from '../sqlite/copy-log-file.ts'
import { requireLog } from '../sqlite/data-file.ts'
import { logFile } from '../sqlite/schema.ts'
import { isPlainFileThere, isPlainFolderThere } from '../system/plain-file.ts'
import { digestOf, syncToDisk, writeDurably } from './durable-file.ts'
import { isWithin } from './is-within.ts'
import { type Manifest, manifestOf, writeManifest } from './manifest.ts'

export interface BackUpOptions {
  readonly dataFolder: string
  /** New or empty. */
  readonly into: string
  /** The version of the program. */
  readonly program: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Backs up the log of a data folder, and its unfinished runs, while others use it. @throws StoreTrouble, DataFileError */
export const backUp = (options: BackUpOptions): Manifest => {
  const { dataFolder, into } = options
  requireLog(dataFolder)
  const share = shareDataFolder(dataFolder)
  try {
    if (isWithin(into, dataFolder))
      throw new Error(`${into}: is in the data folder, and would be lost with it: name a folder elsewhere`)
    mkdirSync(into, { recursive: true, mode: 0o700 })
    if (readdirSync(into).length > 0) throw new Error(`${into}: the folder for a backup must be new or empty`)
    try {
      return fill(options)
    } catch (error) {
      // So that the same command can be given again.
      for (const name of readdirSync(into)) rmSync(join(into, name), { recursive: true, force: true })
      throw error
    }
  } finally {
    share.release()
  }
}

const fill = ({ dataFolder, into, program, now }: BackUpOptions): Manifest => {
  // Before the log, so that no run says of itself more than the log holds.
  const runs = copyRuns(dataFolder, into)
  const copy = join(into, logFile.name)
  closeSync(openSync(copy, 'wx', 0o600))
  const { identity, end, checkpoints } = copyLogFile(dataFolder, copy)
  if (identity === undefined) throw new Error(`${dataFolder}: the log has no identity`)
  syncToDisk(copy)
  const manifest = manifestOf({
    program,
    ...logEpochOf(identity),
    end,
    checkpoints: Object.fromEntries(checkpoints),
    time: new Date(now).toISOString(),
    files: [{ name: logFile.name, ...digestOf(copy) }, ...runs],
  })
  writeManifest(into, manifest)
  return manifest
}

const copyRuns = (dataFolder: string, into: string): Manifest['files'] => {
  const folder = join(dataFolder, 'runs')
  const names = isPlainFolderThere(folder) ? readdirSync(folder) : []
  const runs = names.filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
  if (runs.length === 0) return []
  mkdirSync(join(into, 'runs'), { mode: 0o700 })
  const copied = runs.flatMap((run) => {
    const name = `runs/${run}`
    // A run may finish at any moment, and is then gone.
    try {
      if (!isPlainFileThere(join(dataFolder, name))) return []
      writeDurably(join(into, name), readFileSync(join(dataFolder, name)))
      return [{ name, ...digestOf(join(into, name)) }]
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
  })
  syncToDisk(join(into, 'runs'))
  return copied
}
