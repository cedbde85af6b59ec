import type { Json } from '../domain/json.ts'
import { withNumbers } from './json-numbers.ts'

/**
 * JSON with every number as text, so that none is rounded: all strings, and the names of members, begin with `s`,
 * numbers with `n`.
 */
export type ExactJson = Json

/** @throws SyntaxError */
export const exactJson = (json: string): ExactJson => {
  // Other text may become JSON by the replacements.
  JSON.parse(json)
  return JSON.parse(withNumbers(json, (spelling) => `"n${spelling}"`, '"s'))
}

export const exactName = (name: string): string => `s${name}`

/** As JSON, with all numbers spelt as before. */
export const textOfExact = (value: ExactJson): string =>
  JSON.stringify(value).replace(/\\.|"n([^"]*)"|"s|"/g, (token, spelling?: string) =>
    spelling === undefined ? (token === '"s' ? '"' : token) : spelling,
  )
