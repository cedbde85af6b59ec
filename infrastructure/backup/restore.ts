import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { forkedAt } from '../../application/epochs.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import { type DataFolderClaim, tryClaimDataFolder, tryTakeDataFolder } from '../sqlite/claim-data-folder.ts'
import { isOpenElsewhere } from '../sqlite/is-open-elsewhere.ts'
import { openSqliteLog } from '../sqlite/open-sqlite.ts'
import { isRestoreUnfinished, restoreMarker } from '../sqlite/restore-marker.ts'
import { logFile, readModelFile } from '../sqlite/schema.ts'
import { copyDurably, syncToDisk, writeDurably } from './durable-file.ts'
import { isWithin } from './is-within.ts'
import { type Manifest, NotABackup, readManifest } from './manifest.ts'

export interface RestoreOptions {
  /** The folder of the backup. */
  readonly from: string
  readonly dataFolder: string
  /** Whether the log that is there may be lost. */
  readonly replaces: boolean
  readonly clock: Clock
}

export interface Restored {
  readonly manifest: Manifest
  readonly identity: LogIdentity
}

/**
 * Puts a backup into a data folder, and begins a new epoch of the log. If it is interrupted, the folder either is as it
 * was, or is refused by everything else until the restore is repeated.
 * @throws NotABackup, DataFileError, StoreTrouble, Error if the folder is in use or already holds a log
 */
export const restore = async (options: RestoreOptions): Promise<Restored> => {
  const { from, dataFolder, replaces } = options
  const manifest = readManifest(from)
  if (isWithin(dataFolder, from))
    throw new Error(`${dataFolder}: is the folder of the backup, or in it: name a data folder elsewhere`)
  const claim = takeAlone(dataFolder)
  try {
    if (holdsLog(dataFolder) && !replaces && !isRestoreUnfinished(dataFolder))
      throw new Error(`${dataFolder}: there is a log: name another folder, or replace it with --replace`)
    const staging = join(dataFolder, 'restoring')
    rmSync(staging, { recursive: true, force: true })
    try {
      const identity = await stage(options, manifest, staging)
      syncStaged(staging)
      putInPlace(dataFolder, staging)
      return { manifest, identity }
    } finally {
      rmSync(staging, { recursive: true, force: true })
    }
  } finally {
    claim.release()
  }
}

/** Also sees other programs that have a file open, and older versions that import. */
const takeAlone = (dataFolder: string): DataFolderClaim => {
  const claims: Array<DataFolderClaim> = []
  const release = () => {
    for (const claim of claims) claim.release()
  }
  const inUse = new Error(`${dataFolder}: the folder is in use: stop everything that uses it first`)
  try {
    for (const tryClaim of [tryClaimDataFolder, tryTakeDataFolder]) {
      const claim = tryClaim(dataFolder)
      if (claim === undefined) throw inUse
      claims.push(claim)
    }
    if ([logFile, readModelFile].some(({ name }) => isOpenElsewhere(join(dataFolder, name)))) throw inUse
    return { release }
  } catch (error) {
    release()
    throw error
  }
}

/** A log that was lost may still have its write-ahead log. */
const holdsLog = (dataFolder: string): boolean =>
  ['', '-wal'].some((end) => {
    const stats = statSync(join(dataFolder, logFile.name + end), { throwIfNoEntry: false })
    return stats !== undefined && stats.size > 0
  })

/** Prepares everything beside the files of the data folder, and checks it there. The identity of the restored log. */
const stage = async (
  { from, clock }: RestoreOptions,
  manifest: Manifest,
  staging: string,
): Promise<LogIdentity> => {
  mkdirSync(staging, { mode: 0o700 })
  if (manifest.files.every(({ name }) => name !== logFile.name)) throw new NotABackup(from, 'it has no log')
  for (const { name, bytes, sha256 } of manifest.files) {
    if (!existsSync(join(from, name))) throw new NotABackup(from, `${name} is missing`)
    mkdirSync(dirname(join(staging, name)), { recursive: true, mode: 0o700 })
    const digest = copyDurably(join(from, name), join(staging, name))
    if (digest.bytes !== bytes || digest.sha256 !== sha256)
      throw new NotABackup(from, `${name} is damaged, or is not the file that the manifest describes`)
  }
  const log = openSqliteLog(staging, { clock })
  try {
    log.checkIntegrity('pages')
    const { eventStore } = log
    const [backedUp, end] = [await eventStore.readIdentity(), await eventStore.end()]
    const checkpoints = await Promise.all(
      Object.entries(manifest.checkpoints).map(
        async ([name, position]) => (await eventStore.readCheckpoint(name)) === position,
      ),
    )
    const fits =
      backedUp?.log_id === manifest.log_id &&
      backedUp.epoch === manifest.epoch &&
      end === manifest.end &&
      checkpoints.every((isOfLog) => isOfLog)
    if (!fits) throw new NotABackup(from, 'the log is not the one that the manifest describes')
    const identity = forkedAt(backedUp, end, clock.now())
    await eventStore.writeIdentity(backedUp, identity)
    return identity
  } finally {
    log.close()
  }
}

/** The new epoch was written after the files were copied. */
const syncStaged = (staging: string): void => {
  const log = join(staging, logFile.name)
  // SQLite does not say when it cannot move a write-ahead log into its file.
  if (existsSync(`${log}-wal`)) throw new Error(`${log}: the file cannot be written: is the disk full?`)
  syncToDisk(log)
  if (existsSync(join(staging, 'runs'))) syncToDisk(join(staging, 'runs'))
}

/** From the first change to the last, a marker keeps everybody out. */
const putInPlace = (dataFolder: string, staging: string): void => {
  const marker = restoreMarker(dataFolder)
  if (!existsSync(marker)) writeDurably(marker, 'A backup is being restored: run `restore` again.\n')
  syncToDisk(dataFolder)
  // A write-ahead log would be replayed into the restored file.
  for (const end of ['-wal', '-shm', '-journal'])
    rmSync(join(dataFolder, logFile.name + end), { force: true })
  for (const end of ['', '-wal', '-shm', '-journal'])
    rmSync(join(dataFolder, readModelFile.name + end), { force: true })
  rmSync(join(dataFolder, 'runs'), { recursive: true, force: true })
  for (const name of [logFile.name, 'runs'])
    if (existsSync(join(staging, name))) renameSync(join(staging, name), join(dataFolder, name))
  syncToDisk(dataFolder)
  rmSync(marker)
  syncToDisk(dataFolder)
}
