import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { jsonIn } from '../../application/read-json.ts'
import { fileProblem, notPlain } from '../text/file-problem.ts'

/** Left also if it is not a regular file: reading a pipe or a device might never end. */
export const readTextFile = (path: string): E.Either<string, string> => {
  try {
    // Does not wait for the writer of a pipe, and checks the opened file, not one that takes its place.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const isPlain = fstatSync(descriptor).isFile()
      return isPlain ? E.right(readFileSync(descriptor, 'utf8')) : E.left(`cannot be read: ${notPlain}`)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    return E.left(`cannot be read: ${fileProblem(error)}`)
  }
}

/** The parser's message is omitted: it quotes the file, which may contain secrets. */
export const readJsonFile = (path: string): E.Either<string, unknown> => {
  const text = readTextFile(path)
  if (E.isLeft(text)) return text
  const content = jsonIn(text.right)
  return content === undefined ? E.left('must be JSON') : E.right(content)
}
