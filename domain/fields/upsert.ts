import { isJsonObject, type Json, type JsonObject } from '../json.ts'

const ownMember = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined

const hasPath = (value: Json | undefined, path: ReadonlyArray<string>): boolean => {
  let at = value
  for (const name of path) {
    if (!isJsonObject(at) || !Object.hasOwn(at, name)) return false
    at = at[name]
  }
  return true
}

const withPath = (
  object: JsonObject,
  path: ReadonlyArray<string>,
  value: Json,
  depth = 0,
): JsonObject | undefined => {
  const name = path[depth]
  if (name === undefined) return undefined
  if (depth === path.length - 1) return { ...object, [name]: value }
  const inner = ownMember(object, name) ?? {}
  const changed = isJsonObject(inner) ? withPath(inner, path, value, depth + 1) : undefined
  return changed && { ...object, [name]: changed }
}

/**
 * The held value with `value` at the path: an object gets what is missing on the way, a list is changed in every
 * element that has the path. Undefined when something on the way is no object.
 */
export const upserted = (held: Json, path: ReadonlyArray<string>, value: Json): Json | undefined => {
  if (Array.isArray(held))
    return held.some((element) => hasPath(element, path))
      ? held.map((element) =>
          hasPath(element, path) ? (withPath(element, path, value) ?? element) : element,
        )
      : held
  return isJsonObject(held) ? withPath(held, path, value) : undefined
}
