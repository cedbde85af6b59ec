import type { Reason } from './events/current.ts'
import { isExact } from './exact-number.ts'
import type { Json, JsonObject } from './json.ts'
import type { Limits } from './limits.ts'
import { printableName } from './reason.ts'

/** A mistake and the way to it, innermost name first. */
interface Fault {
  readonly path: Array<string>
  readonly expected?: string
  readonly limit?: keyof Limits
}

const scalarFault = (value: string | number): Fault | undefined => {
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

const nameFault = (name: string): Fault | undefined => {
  if (name === '__proto__') return { path: [name], expected: 'left out: this name is not allowed' }
  return name.isWellFormed()
    ? undefined
    : { path: [name], expected: 'left out: its name has lone surrogates' }
}

/** Recursion ends at MAX_DEPTH. */
const faultIn = (
  container: Record<string, Json> | Array<Json>,
  depth: number,
  limits: Limits,
): Fault | undefined => {
  if (depth > limits.depth) return { path: [], limit: 'depth' }
  const isList = Array.isArray(container)
  if (isList && container.length > limits.list_elements) return { path: [], limit: 'list_elements' }
  const members = container as Record<string, Json>
  for (const name of Object.keys(container)) {
    const value = members[name] as Json
    let fault = isList ? undefined : nameFault(name)
    if (fault !== undefined) return fault
    if (typeof value === 'string' || typeof value === 'number') fault = scalarFault(value)
    else if (typeof value === 'object' && value !== null)
      fault = faultIn(value as Record<string, Json> | Array<Json>, depth + 1, limits)
    if (fault !== undefined) {
      fault.path.push(name)
      return fault
    }
    // JSON.parse gives -0 for `-0`, which would not survive being written and read again.
    if (value === 0) members[name] = 0
  }
  return undefined
}

/**
 * Walks a freshly parsed message once: too deep, too long a list, `__proto__`, numbers that are not what the text
 * said, lone surrogates. Turns -0 into 0 in place.
 */
export const checkJson = (message: JsonObject, limits: Limits): Reason | undefined => {
  const fault = faultIn(message as Record<string, Json>, 1, limits)
  if (fault === undefined) return undefined
  if (fault.limit !== undefined)
    return { tag: 'LimitExceeded', limit: fault.limit, maximum: limits[fault.limit] }
  const member = fault.path.reverse().map(printableName).join('.').slice(0, 256)
  return { tag: 'BadMember', member, expected: fault.expected ?? 'valid' }
}
