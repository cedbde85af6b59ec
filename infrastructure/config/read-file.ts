import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { jsonIn } from '../../application/read-json.ts'
import { fileProblem } from '../text/file-problem.ts'

export const readTextFile = (path: string): E.Either<string, string> =>
  E.tryCatch(
    () => readFileSync(path, 'utf8'),
    (error) => `cannot be read: ${fileProblem(error)}`,
  )

/** The parser's own message is left out: it quotes the file, and the file may hold secrets. */
export const readJsonFile = (path: string): E.Either<string, unknown> => {
  const text = readTextFile(path)
  if (E.isLeft(text)) return text
  const content = jsonIn(text.right)
  return content === undefined ? E.left('must be JSON') : E.right(content)
}
