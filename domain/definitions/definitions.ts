import * as t from 'io-ts'
import { positiveIntCodec } from '../ids.ts'

export const fieldTypeCodec = t.keyof({
  string: null,
  int: null,
  float: null,
  bool: null,
  date: null,
  enum: null,
  phone: null,
  tags: null,
  object: null,
  arr_object: null,
})
export type FieldType = t.TypeOf<typeof fieldTypeCodec>

export const fieldDefinitionCodec = t.intersection([
  t.type({ type: fieldTypeCodec }),
  t.partial({ match: t.boolean, values: t.array(t.string) }),
])
export type FieldDefinition = Readonly<t.TypeOf<typeof fieldDefinitionCodec>>

export const databaseDefinitionCodec = t.intersection([
  t.type({ account_id: positiveIntCodec, db_id: positiveIntCodec }),
  t.partial({
    unknown_fields: t.keyof({ accept: null, refuse: null }),
    fields: t.record(t.string, fieldDefinitionCodec),
  }),
])

/** The content of the file named by DATABASES_FILE. */
export const databasesFileCodec = t.type({ databases: t.array(databaseDefinitionCodec) })
export type DatabasesFile = t.TypeOf<typeof databasesFileCodec>

/** The field types of one database, and the fields to match by. */
export interface DatabaseDefinition {
  /**
   * False without a DATABASES_FILE: any field and any JSON value is allowed, and every custom field can be matched by.
   */
  readonly declared: boolean
  readonly unknownFields: 'accept' | 'refuse'
  readonly fields: ReadonlyMap<string, FieldDefinition>
}
