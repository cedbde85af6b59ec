import { canonicalJson } from '../canonical-json.ts'
import type { FieldChange } from '../changes.ts'
import type { Json, JsonArray, JsonObject } from '../json.ts'
import { upserted } from './upsert.ts'

/** Equal for equal list elements; a string and an object never stand in one list. */
export const elementKey = (element: Json): string =>
  typeof element === 'string' ? element : canonicalJson(element)

const listOf = (value: Json | undefined): JsonArray => (Array.isArray(value) ? value : [])

const without = (list: JsonArray, items: JsonArray): JsonArray => {
  const gone = new Set(items.map(elementKey))
  return list.filter((element) => !gone.has(elementKey(element)))
}

const valueAfter = (held: Json | undefined, change: FieldChange): Json | undefined => {
  switch (change.action) {
    case 'set':
    case 'incr':
      return change.value
    case 'unset':
      return undefined
    case 'add':
      return [...listOf(held), ...change.items]
    case 'delete':
      return without(listOf(held), change.items)
    case 'upsert':
      return upserted(held ?? {}, change.submatch, change.value)
  }
}

/** The fields after the changes. */
export const applyChanges = (fields: JsonObject, changes: ReadonlyArray<FieldChange>): JsonObject => {
  if (changes.length === 0) return fields
  const next: Record<string, Json> = { ...fields }
  for (const change of changes) {
    const { field } = change
    const value = valueAfter(Object.hasOwn(next, field) ? next[field] : undefined, change)
    if (value === undefined) delete next[field]
    else next[field] = value
  }
  return next
}
