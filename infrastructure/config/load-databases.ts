import * as E from 'fp-ts/lib/Either.js'
import { type DatabasesFile, databasesFileCodec } from '../../domain/definitions/definitions.ts'
import { definitionsOf } from '../../domain/definitions/definitions-of.ts'
import { describeMistakes } from './describe-mistakes.ts'
import { readJsonFile } from './read-file.ts'

/** The declarations in DATABASES_FILE; undefined without one. */
export const loadDatabases = (
  path: string | undefined,
): E.Either<ReadonlyArray<string>, DatabasesFile | undefined> => {
  if (path === undefined) return E.right(undefined)
  const json = readJsonFile(path)
  if (E.isLeft(json)) return E.left([json.left])
  const file = databasesFileCodec.decode(json.right)
  if (E.isLeft(file)) return E.left(describeMistakes(file.left))
  const definitions = definitionsOf(file.right)
  return E.isLeft(definitions) ? definitions : file
}
