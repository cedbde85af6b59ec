import { renameSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { logEpochCodec } from '../../application/ports/log-identity.ts'
import { positionCodec } from '../../application/ports/position.ts'
import { readJsonFile } from '../config/read-file.ts'
import { logFile } from '../sqlite/schema.ts'
import { syncToDisk, writeDurably } from './durable-file.ts'

/** How backups are laid out. */
const currentFormat = 1

/** Files of the data folder: the log, and the unfinished runs of `import`. No other path is ever written to. */
const isBackedUp = (name: string): boolean => name === logFile.name || /^runs\/[0-9a-f]{64}\.json$/.test(name)

const utcTime = t.refinement(
  t.string,
  (text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text,
  'UtcTime',
)

const backedUpFile = t.type({
  name: t.refinement(t.string, isBackedUp, 'BackedUpFile'),
  bytes: t.number,
  sha256: t.string,
})

const manifestCodec = t.intersection([
  t.type({
    format: t.literal(currentFormat),
    /** The version of the program. */
    program: t.string,
  }),
  logEpochCodec,
  t.type({
    /** The position of the last event. */
    end: positionCodec,
    checkpoints: t.record(t.string, positionCodec),
    /** RFC 3339, UTC. What was acknowledged before is in the backup. */
    time: utcTime,
    files: t.refinement(
      t.readonlyArray(backedUpFile),
      (files) => new Set(files.map(({ name }) => name)).size === files.length,
      'BackedUpFiles',
    ),
  }),
])

/** What a backup holds. */
export type Manifest = Readonly<t.TypeOf<typeof manifestCodec>>

const fileName = 'manifest.json'

export class NotABackup extends Error {
  constructor(folder: string, problem: string) {
    super(`${folder}: ${problem}`)
  }
}

export const manifestOf = (content: Omit<Manifest, 'format'>): Manifest => ({
  format: currentFormat,
  ...content,
})

/** Under its name when all of it is on disk, so that a backup without it is incomplete. */
export const writeManifest = (folder: string, manifest: Manifest): void => {
  const unfinished = join(folder, `${fileName}.tmp`)
  writeDurably(unfinished, `${JSON.stringify(manifest, undefined, 2)}\n`)
  renameSync(unfinished, join(folder, fileName))
  syncToDisk(folder)
}

/** @throws NotABackup */
export const readManifest = (folder: string): Manifest => {
  const content = readJsonFile(join(folder, fileName))
  if (E.isLeft(content))
    throw new NotABackup(
      folder,
      `its ${fileName} ${content.left}: this is not a backup, or an unfinished one`,
    )
  const manifest: unknown = content.right
  if (manifestCodec.is(manifest)) return manifest
  const isOfNewerFormat = t.type({ format: t.number }).is(manifest) && manifest.format > currentFormat
  throw new NotABackup(
    folder,
    isOfNewerFormat
      ? 'a newer version of profile-importer made this backup: use that version'
      : `its ${fileName} is not one of profile-importer`,
  )
}
