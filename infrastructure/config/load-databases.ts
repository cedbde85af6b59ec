import * as E from 'fp-ts/lib/Either.js'
import { databasesFileCodec } from '../../domain/definitions/definitions.ts'
import { definitionsOf } from '../../domain/definitions/definitions-of.ts'
import { keysVersion } from '../../domain/definitions/keys-version.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { describeMistakes } from './describe-mistakes.ts'
import { readJsonFile } from './read-file.ts'

interface Databases {
  readonly definitionOf: ImportRules['definitionOf']
  /** Changes when the identity keys of profiles do: the read model is then built anew. */
  readonly keysVersion: string
}

/** What DATABASES_FILE declares; without one, every database is there and takes any field. */
export const loadDatabases = (path: string | undefined): E.Either<ReadonlyArray<string>, Databases> => {
  if (path === undefined) {
    return E.right({ definitionOf: () => undeclared, keysVersion: keysVersion(undefined) })
  }
  const json = readJsonFile(path)
  if (E.isLeft(json)) return E.left([json.left])
  const file = databasesFileCodec.decode(json.right)
  if (E.isLeft(file)) return E.left(describeMistakes(file.left))
  const definitionOf = definitionsOf(file.right)
  return E.isLeft(definitionOf)
    ? definitionOf
    : E.right({ definitionOf: definitionOf.right, keysVersion: keysVersion(file.right) })
}
