/**
 * Why a data folder cannot be used.
 * - `NoDataFile`: a command that only reads found nothing to read
 * - `NewerFormat`: a newer version of this program wrote it
 * - `NotADataFile`: it is not a data file of this program
 * - `NotPlain`: it is a link to somewhere else, a folder, a pipe or a device
 * - `BeingRestored`: another process restores a backup there
 * - `RestoreUnfinished`: a process that did was interrupted, and the files may not fit together
 */
export type DataFileProblem =
  | 'NoDataFile'
  | 'NewerFormat'
  | 'NotADataFile'
  | 'NotPlain'
  | 'BeingRestored'
  | 'RestoreUnfinished'

const texts: Record<DataFileProblem, string> = {
  NoDataFile: 'there is no data here yet',
  NewerFormat: 'was written by a newer version of profile-importer: use that version',
  NotADataFile: 'is not a data file of profile-importer',
  NotPlain: 'must be a regular file: only the folder itself may be a link',
  BeingRestored: 'another process restores a backup here: wait until it has finished',
  RestoreUnfinished: 'restoring a backup was interrupted here: run `restore` again',
}

export class DataFileError extends Error {
  readonly tag: DataFileProblem
  readonly file: string

  constructor(tag: DataFileProblem, file: string) {
    super(`${file}: ${texts[tag]}`)
    this.name = 'DataFileError'
    this.tag = tag
    this.file = file
  }
}
