import { statSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { fileProblem, notPlain } from '../text/file-problem.ts'
import type { Valid } from './valid.ts'

const fileOption = /[?&](tls[a-z]*file)=([^&#]+)/gi

/** Checks the files that a URL names for its client, which would otherwise silently wait for a pipe forever. */
export const checkFilesIn = (url = ''): Valid<unknown> => {
  const mistakes = [...url.matchAll(fileOption)].flatMap(([, name, path = '']) => {
    const problem = problemOf(decoded(path))
    return problem === undefined ? [] : [`${name}: cannot be read: ${problem}`]
  })
  return mistakes.length > 0 ? E.left(mistakes) : E.right(url)
}

/** A missing file is left for the client to report. */
const problemOf = (path: string): string | undefined => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === false ? notPlain : undefined
  } catch (error) {
    return fileProblem(error)
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
