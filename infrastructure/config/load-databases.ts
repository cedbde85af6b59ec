import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { type DatabasesFile, databasesFileCodec } from '../../domain/definitions/definitions.ts'
import { mistakesInDefinitions } from '../../domain/definitions/definitions-of.ts'
import { describeMistakes } from './describe-mistakes.ts'
import { readJsonFile } from './read-file.ts'
import { unknownMembers } from './unknown-members.ts'
import { every, inSetting, type Valid } from './valid.ts'

/** The declarations in DATABASES_FILE; undefined without one. Each mistake begins with the path of the file. */
export const loadDatabases = (path: string | undefined): Valid<DatabasesFile | undefined> =>
  path === undefined
    ? E.right(undefined)
    : pipe(
        readJsonFile(path),
        E.mapLeft(RA.of),
        E.flatMap((content) =>
          every({
            known: without(unknownMembers(databasesFileCodec, content)),
            consistent: without(mistakesInDefinitions(content)),
            databases: decodeDatabases(content),
          }),
        ),
        E.map(({ databases }) => databases),
        inSetting(path),
      )

const decodeDatabases = flow(databasesFileCodec.decode, E.mapLeft(describeMistakes))

const without = (mistakes: ReadonlyArray<string>): Valid<undefined> =>
  mistakes.length > 0 ? E.left(mistakes) : E.right(undefined)
