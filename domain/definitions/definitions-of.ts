import * as E from 'fp-ts/lib/Either.js'
import { isSystemName } from '../fields/field-rule.ts'
import { databaseName } from '../ids.ts'
import { printableName } from '../reason.ts'
import type { ImportRules } from '../rules.ts'
import type { DatabaseDefinition, DatabasesFile, FieldDefinition, FieldType } from './definitions.ts'

type DatabaseEntry = DatabasesFile['databases'][number]

const unmatchableTypes: ReadonlySet<FieldType> = new Set(['object', 'arr_object'])

const fieldMistakes = (name: string, { type, match, values }: FieldDefinition): ReadonlyArray<string> => [
  ...(name === '__proto__' || name === '' ? ['is not a valid field name'] : []),
  ...(isSystemName(name) ? ['is a system field and cannot be declared'] : []),
  ...(type === 'enum' && !values?.length ? ['an enum needs values'] : []),
  ...(new Set(values).size < (values?.length ?? 0) ? ['a value of an enum is given twice'] : []),
  ...(type !== 'enum' && values !== undefined ? ['only an enum may have values'] : []),
  ...(match === true && unmatchableTypes.has(type)
    ? [`a field of type ${type} cannot be used for matching`]
    : []),
]

const mistakesOf = (
  entry: DatabaseEntry,
  index: number,
  all: ReadonlyArray<DatabaseEntry>,
): ReadonlyArray<string> => {
  const place = `databases[${index}]`
  const first = all.findIndex((other) => databaseName(other) === databaseName(entry))
  const repeated =
    first < index
      ? [`${place}: account ${entry.account_id}, database ${entry.db_id} is already declared`]
      : []
  const inFields = Object.entries(entry.fields ?? {}).flatMap(([name, field]) =>
    fieldMistakes(name, field).map((mistake) => `${place}.fields.${printableName(name)}: ${mistake}`),
  )
  return [...repeated, ...inFields]
}

const definitionIn = (entry: DatabaseEntry): DatabaseDefinition => ({
  declared: true,
  unknownFields: entry.unknown_fields ?? 'accept',
  fields: new Map(Object.entries(entry.fields ?? {})),
})

/** The definitions in a DATABASES_FILE. Left: one line for each mistake. */
export const definitionsOf = (
  file: DatabasesFile,
): E.Either<ReadonlyArray<string>, ImportRules['definitionOf']> => {
  const mistakes = file.databases.flatMap(mistakesOf)
  if (mistakes.length > 0) return E.left(mistakes)
  const definitions = new Map(file.databases.map((entry) => [databaseName(entry), definitionIn(entry)]))
  return E.right((database) => definitions.get(databaseName(database)))
}
