import * as E from 'fp-ts/lib/Either.js'
import { isExact } from './exact-number.ts'
import type { Json, JsonObject } from './json.ts'
import type { Limits } from './limits.ts'
import { printableName } from './reason.ts'
import { badMember, type Checked, limitExceeded } from './refuse.ts'

/** A problem and the path to it, innermost name first. */
interface Problem {
  readonly path: Array<string>
  readonly expected?: string
  readonly limit?: keyof Limits
}

const scalarProblem = (value: string | number): Problem | undefined => {
  if (typeof value === 'string')
    return value.isWellFormed() ? undefined : { path: [], expected: 'text without lone surrogates' }
  if (isExact(value)) return undefined
  return {
    path: [],
    expected: Number.isFinite(value)
      ? 'an integer within ±(2^53-1)'
      : 'a number that a double can hold: finite, and not rounded to an integer',
  }
}

const nameProblem = (name: string): Problem | undefined => {
  if (name === '__proto__') return { path: [name], expected: 'left out: this name is not allowed' }
  return name.isWellFormed()
    ? undefined
    : { path: [name], expected: 'left out: its name has lone surrogates' }
}

/** Recursion is bounded by the depth limit. */
const problemIn = (
  container: Record<string, Json> | Array<Json>,
  depth: number,
  limits: Limits,
): Problem | undefined => {
  if (depth > limits.depth) return { path: [], limit: 'depth' }
  const isList = Array.isArray(container)
  if (isList && container.length > limits.list_elements) return { path: [], limit: 'list_elements' }
  const members = container as Record<string, Json>
  for (const name of Object.keys(container)) {
    const value = members[name] as Json
    let problem = isList ? undefined : nameProblem(name)
    if (problem !== undefined) return problem
    if (typeof value === 'string' || typeof value === 'number') problem = scalarProblem(value)
    else if (typeof value === 'object' && value !== null)
      problem = problemIn(value as Record<string, Json> | Array<Json>, depth + 1, limits)
    if (problem !== undefined) {
      problem.path.push(name)
      return problem
    }
    // JSON.parse gives -0 for `-0`, which would not survive writing and reading.
    if (value === 0) members[name] = 0
  }
  return undefined
}

/**
 * Walks a freshly parsed message once. Finds excessive depth, lists that are too long, `__proto__`, numbers that differ
 * from their text, and lone surrogates. Turns -0 into 0 in place.
 */
export const checkJson = (message: JsonObject, limits: Limits): Checked<JsonObject> => {
  const problem = problemIn(message as Record<string, Json>, 1, limits)
  if (problem === undefined) return E.right(message)
  if (problem.limit !== undefined) return limitExceeded(limits, problem.limit)
  const member = problem.path.reverse().map(printableName).join('.').slice(0, 256)
  return badMember(member, problem.expected ?? 'valid')
}
