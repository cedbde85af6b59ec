import { isJsonObject, type Json, type JsonObject, ownMember } from '../json.ts'

/** Undefined if the path does not exist. */
const valueAt = (value: Json, path: ReadonlyArray<string>): Json | undefined => {
  let at: Json | undefined = value
  for (const name of path) {
    if (!isJsonObject(at)) return undefined
    at = ownMember(at, name)
  }
  return at
}

const hasPath = (value: Json, path: ReadonlyArray<string>): boolean => valueAt(value, path) !== undefined

/** The values at the path: for an object one value or none, for a list one for each element that has the path. */
export const valuesAt = (held: Json, path: ReadonlyArray<string>): ReadonlyArray<Json> =>
  (Array.isArray(held) ? held : [held]).flatMap((each) => {
    const value = valueAt(each, path)
    return value === undefined ? [] : [value]
  })

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
 * The held value with `value` at the path. An object gets missing members on the path; a list is changed in every
 * element that has the path. Undefined if something on the path is not an object.
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
