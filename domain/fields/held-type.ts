import { isJsonObject, type Json } from '../json.ts'

const isString = (value: Json): value is string => typeof value === 'string'

/** An empty list counts as either kind of list. */
export const isTags = (value: Json | undefined): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every(isString)

export const isObjectList = (value: Json | undefined): boolean =>
  Array.isArray(value) && value.every(isJsonObject)

/** The type of a field without a declared type, by the value it holds. */
export const heldType = (value: Json): string => {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  if (typeof value === 'boolean') return 'bool'
  if (isTags(value)) return 'tags'
  if (isObjectList(value)) return 'arr_object'
  return Array.isArray(value) ? 'list' : 'object'
}
