import * as E from 'fp-ts/lib/Either.js'
import { isSystemName } from '../fields/field-rule.ts'
import { databaseCodec, databaseName } from '../ids.ts'
import { isJsonObject } from '../json.ts'
import { printableName } from '../reason.ts'
import type { ImportRules } from '../rules.ts'
import {
  type DatabaseDefinition,
  type DatabasesFile,
  type FieldDefinition,
  type FieldType,
  fieldDefinitionCodec,
} from './definitions.ts'

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

/** What of an entry can be read. */
const readablePart = (entry: unknown) => ({
  database: databaseCodec.is(entry) ? entry : undefined,
  fields: Object.entries(isJsonObject(entry) && isJsonObject(entry.fields) ? entry.fields : {}).filter(
    (field): field is [string, FieldDefinition] => fieldDefinitionCodec.is(field[1]),
  ),
})

/** One line for each mistake in what can be read of a DATABASES_FILE. */
export const mistakesInDefinitions = (file: unknown): ReadonlyArray<string> => {
  const entries = isJsonObject(file) && Array.isArray(file.databases) ? file.databases.map(readablePart) : []
  const declared = new Set<string>()
  return entries.flatMap(({ database, fields }, index) => {
    const place = `databases[${index}]`
    const inFields = fields.flatMap(([name, field]) =>
      fieldMistakes(name, field).map((mistake) => `${place}.fields.${printableName(name)}: ${mistake}`),
    )
    if (database === undefined) return inFields
    const { account_id, db_id } = database
    const isRepeated = declared.has(databaseName(database))
    declared.add(databaseName(database))
    return isRepeated
      ? [`${place}: account ${account_id}, database ${db_id} is already declared`, ...inFields]
      : inFields
  })
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
  const mistakes = mistakesInDefinitions(file)
  if (mistakes.length > 0) return E.left(mistakes)
  const definitions = new Map(file.databases.map((entry) => [databaseName(entry), definitionIn(entry)]))
  return E.right((database) => definitions.get(databaseName(database)))
}
