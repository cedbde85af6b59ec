import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as t from 'io-ts'

const holderCodec = t.readonly(t.type({ pid: t.number, version: t.string, since: t.string }))

/** The process that imports into a data folder, for people: the lock alone decides. `since`: RFC 3339, UTC. */
export type FolderHolder = t.TypeOf<typeof holderCodec>

const fileIn = (dataFolder: string): string => join(dataFolder, 'importer.json')

/** Call it while the folder is claimed. */
export const writeHolder = (dataFolder: string, holder: FolderHolder): void => {
  try {
    rmSync(fileIn(dataFolder), { force: true })
    writeFileSync(fileIn(dataFolder), `${JSON.stringify(holder)}\n`, { mode: 0o600, flag: 'wx' })
  } catch {
    // A full disk must not keep the holder from its work.
  }
}

export const removeHolder = (dataFolder: string): void => {
  try {
    rmSync(fileIn(dataFolder), { force: true })
  } catch {
    // The lock is released all the same.
  }
}

/** What the last holder wrote; it may have been killed since. */
export const readHolder = (dataFolder: string): FolderHolder | undefined => {
  try {
    const holder: unknown = JSON.parse(readFileSync(fileIn(dataFolder), 'utf8'))
    return holderCodec.is(holder) ? holder : undefined
  } catch {
    return undefined
  }
}
