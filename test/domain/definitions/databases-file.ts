import * as E from 'fp-ts/lib/Either.js'
import { type DatabasesFile, databasesFileCodec } from '../../../domain/definitions/definitions.ts'

export const fileOf = (...databases: ReadonlyArray<object>): DatabasesFile => {
  // Parsed, so that a member can be named __proto__.
  const file = databasesFileCodec.decode(JSON.parse(JSON.stringify({ databases })))
  if (E.isLeft(file)) throw new Error('no databases file')
  return file.right
}

export const database = (fields: object = {}, db_id = 7) => ({ account_id: 1, db_id, fields })
