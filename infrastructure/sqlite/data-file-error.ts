/**
 * Why a data folder cannot be used.
 * - `NoDataFile`: a command that only reads found nothing to read
 * - `NewerFormat`: a newer version of this program wrote it
 * - `NotADataFile`: it is not a data file of this program
 * - `NotPlain`: it is a link to somewhere else, a folder, a pipe or a device
 * - `NotPermitted`: this user may not read and write it, or create it
 * - `ReadOnlyDisk`: nobody can write there
 * - `BeingRestored`: another process restores a backup there
 * - `RestoreUnfinished`: a process that did was interrupted, and the files may not fit together
 */
export type DataFileProblem =
  | 'NoDataFile'
  | 'NewerFormat'
  | 'NotADataFile'
  | 'NotPlain'
  | 'NotPermitted'
  | 'ReadOnlyDisk'
  | 'BeingRestored'
  | 'RestoreUnfinished'

export const dataFileTexts: Readonly<Record<DataFileProblem, string>> = {
  NoDataFile: 'there is no data here yet',
  NewerFormat: 'was written by a newer version of profile-importer: use that version',
  NotADataFile: 'is not a data file of profile-importer',
  NotPlain: 'must be a regular file: only the folder itself may be a link',
  NotPermitted:
    'permission denied: run this as the user who owns the data folder, or let this user read and write it',
  ReadOnlyDisk: 'the file system is read-only: make it writable, or name another data folder',
  BeingRestored: 'another process is restoring a backup here: wait until it has finished',
  RestoreUnfinished: 'restoring a backup was interrupted here: run `restore` again',
}

export class DataFileError extends Error {
  readonly tag: DataFileProblem
  readonly file: string

  constructor(tag: DataFileProblem, file: string) {
    super(`${file}: ${dataFileTexts[tag]}`)
    this.name = 'DataFileError'
    this.tag = tag
    this.file = file
  }
}
