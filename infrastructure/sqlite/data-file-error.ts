/**
 * Why a data folder cannot be used.
 * - `NoDataFile`: a command that only reads found nothing to read
 * - `NewerFormat`: a newer version of this program wrote it
 * - `ForeignFile`: it is not a data file of this program
 */
export type DataFileProblem = 'NoDataFile' | 'NewerFormat' | 'ForeignFile'

const texts: Record<DataFileProblem, string> = {
  NoDataFile: 'there is no data here yet',
  NewerFormat: 'was written by a newer version of profile-importer: use that version',
  ForeignFile: 'is not a data file of profile-importer',
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
