import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { jsonIn } from '../../application/read-json.ts'
import { fileProblem, notPlain } from '../text/file-problem.ts'

/** Left also when it is no plain file: a pipe would be waited for without end, and a device may never end. */
export const readTextFile = (path: string): E.Either<string, string> => {
  try {
    // Waits for no writer of a pipe; and what is looked at is what was opened, not what takes its place.
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

/** The parser's own message is left out: it quotes the file, and the file may hold secrets. */
export const readJsonFile = (path: string): E.Either<string, unknown> => {
  const text = readTextFile(path)
  if (E.isLeft(text)) return text
  const content = jsonIn(text.right)
  return content === undefined ? E.left('must be JSON') : E.right(content)
}
