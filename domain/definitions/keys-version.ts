import { hash } from 'node:crypto'
import { tr46Version } from '../contacts/a-labels.ts'
import type { DatabasesFile } from './definitions.ts'

const keyFieldsOf = (database: DatabasesFile['databases'][number]): ReadonlyArray<string> =>
  Object.entries(database.fields ?? {})
    .filter(([, field]) => field.match === true)
    .map(([name, field]) => JSON.stringify([name, field.type === 'tags']))
    .sort()

/** Changes if and only if a change of the DATABASES_FILE changes the identity keys of profiles. */
const definitionsVersion = (file: DatabasesFile | undefined): string => {
  if (file === undefined) return 'undeclared'
  const databases = file.databases
    .map((database) => JSON.stringify([database.account_id, database.db_id, keyFieldsOf(database)]))
    .sort()
  return hash('sha256', JSON.stringify(databases), 'hex').slice(0, 12)
}

/** A short text that changes with the identity keys of profiles. */
export const keysVersion = (file: DatabasesFile | undefined): string =>
  `${definitionsVersion(file)}-tr46@${tr46Version}`
