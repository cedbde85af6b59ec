import type { Reason } from './events/current.ts'
import { isExact } from './exact-number.ts'
import type { Json, JsonArray, JsonObject } from './json.ts'
import type { Limits } from './limits.ts'
import { printableName } from './reason.ts'
import { type Checked, limitExceeded, unless, wrongMember } from './refuse.ts'

const scalarProblem = (value: string | number): string | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'text without lone surrogates'
  if (isExact(value)) return undefined
  return Number.isFinite(value)
    ? 'an integer within ±(2^53-1)'
    : 'a number within the range and precision of a double'
}

const nameProblem = (name: string): string | undefined => {
  if (name === '__proto__') return 'renamed: this name is not allowed'
  return name.isWellFormed() ? undefined : 'renamed: its name has lone surrogates'
}

type Container = Readonly<Record<string, Json>> | JsonArray

class JsonCheck {
  readonly reasons: Array<Reason> = []
  readonly #limits: Limits

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /**
   * Returns the limit that is exceeded, if any. `path`: the names that lead to the container. Recursion is bounded by
   * the depth limit.
   */
  walk(container: Container, path: ReadonlyArray<string>): keyof Limits | undefined {
    if (path.length >= this.#limits.depth) return 'depth'
    const isList = Array.isArray(container)
    if (isList && container.length > this.#limits.list_elements) return 'list_elements'
    const members = container as Record<string, Json>
    for (const name of Object.keys(container)) {
      const value = members[name] as Json
      let expected = isList ? undefined : nameProblem(name)
      if (typeof value === 'string' || typeof value === 'number') expected ??= scalarProblem(value)
      else if (typeof value === 'object' && value !== null) {
        const limit = this.walk(value, [...path, name])
        if (limit !== undefined) return limit
      }
      if (expected !== undefined) this.reasons.push(wrongMember(pathText([...path, name]), expected))
      // JSON.parse gives -0 for `-0`, which would not survive writing and reading.
      if (value === 0) members[name] = 0
    }
    return undefined
  }
}

const pathText = (path: ReadonlyArray<string>): string => path.map(printableName).join('.').slice(0, 256)

/**
 * Walks a freshly parsed message once. Finds excessive depth, lists that are too long, `__proto__`, numbers that differ
 * from their text, and lone surrogates. Turns -0 into 0 in place.
 */
export const checkJson = (message: JsonObject, limits: Limits): Checked<JsonObject> => {
  const check = new JsonCheck(limits)
  const limit = check.walk(message, [])
  return limit === undefined ? unless(check.reasons, message) : limitExceeded(limits, limit)
}
