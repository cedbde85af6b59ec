import { hash } from 'node:crypto'
import { tr46Version } from '../contacts/a-labels.ts'
import type { DatabasesFile } from './definitions.ts'

const keyFieldsOf = (database: DatabasesFile['databases'][number]): ReadonlyArray<string> =>
  Object.entries(database.fields ?? {})
    .filter(([, field]) => field.match === true)
    .map(([name, field]) => JSON.stringify([name, field.type === 'tags']))
    .sort()

const dateFieldsOf = (database: DatabasesFile['databases'][number]): ReadonlyArray<string> =>
  Object.entries(database.fields ?? {})
    .filter(([, field]) => field.type === 'date')
    .map(([name]) => name)
    .sort()

/** Changes if and only if a change of the DATABASES_FILE changes the identity keys of profiles, or which fields are dates. */
const declaredVersion = (file: DatabasesFile | undefined): string => {
  if (file === undefined) return 'undeclared'
  const databases = file.databases
    .map((database) =>
      JSON.stringify([database.account_id, database.db_id, keyFieldsOf(database), dateFieldsOf(database)]),
    )
    .sort()
  return hash('sha256', JSON.stringify(databases), 'hex').slice(0, 12)
}

/** A short text that changes with what the documents of profiles show of the definitions: identity keys and dates. */
export const definitionsVersion = (file: DatabasesFile | undefined): string =>
  `${declaredVersion(file)}-tr46@${tr46Version}`
