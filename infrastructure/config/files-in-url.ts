import { statSync } from 'node:fs'
import { notPlain } from '../text/file-problem.ts'

const fileOption = /[?&](tls[a-z]*file)=([^&#]+)/gi

/** Mistakes in the files that a URL names for its client, which would wait for a pipe without a word and without end. */
export const mistakesInFilesOf = (url = ''): ReadonlyArray<string> =>
  [...url.matchAll(fileOption)]
    .filter(([, , path = '']) => statSync(decoded(path), { throwIfNoEntry: false })?.isFile() === false)
    .map(([, name]) => `${name}: cannot be read: ${notPlain}`)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
