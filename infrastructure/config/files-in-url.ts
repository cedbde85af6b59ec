import { statSync } from 'node:fs'
import { fileProblem, notPlain } from '../text/file-problem.ts'

const fileOption = /[?&](tls[a-z]*file)=([^&#]+)/gi

/** Mistakes in the files that a URL names for its client, which would otherwise silently wait for a pipe forever. */
export const mistakesInFilesOf = (url = ''): ReadonlyArray<string> =>
  [...url.matchAll(fileOption)].flatMap(([, name, path = '']) => {
    const problem = problemOf(decoded(path))
    return problem === undefined ? [] : [`${name}: cannot be read: ${problem}`]
  })

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
