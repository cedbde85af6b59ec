import type { FieldChange } from '../events/current.ts'
import type { Json, JsonArray, JsonObject } from '../json.ts'
import { elementIndex, elementKey, withIndex } from './element-index.ts'
import { upserted } from './upsert.ts'

const listOf = (value: Json | undefined): JsonArray => (Array.isArray(value) ? value : [])

const withItems = (list: JsonArray, items: JsonArray): JsonArray =>
  withIndex(list, [...list, ...items], items, [])

/** Removes every element that equals one of the items. */
const without = (list: JsonArray, items: JsonArray): JsonArray => {
  const gone = new Set<Json>()
  for (const item of items) {
    if (typeof item === 'string') gone.add(item)
    else for (const element of elementIndex(list, elementKey).with(elementKey(item))) gone.add(element)
  }
  const [left, removed]: [Array<Json>, Array<Json>] = [[], []]
  for (const element of list) (gone.has(element) ? removed : left).push(element)
  return withIndex(list, left, [], removed)
}

const valueAfter = (held: Json | undefined, change: FieldChange): Json | undefined => {
  switch (change.action) {
    case 'set':
    case 'incr':
      return change.value
    case 'unset':
      return undefined
    case 'add':
      return withItems(listOf(held), change.items)
    case 'delete':
      return without(listOf(held), change.items)
    case 'upsert':
      return upserted(held ?? {}, change.submatch, change.value)
  }
}

/** The values of the changed fields after the changes; undefined for removed fields. */
export const changedFields = (
  fields: JsonObject,
  changes: ReadonlyArray<FieldChange>,
): ReadonlyMap<string, Json | undefined> => {
  const changed = new Map<string, Json | undefined>()
  for (const change of changes) {
    const { field } = change
    const held = changed.has(field) || !Object.hasOwn(fields, field) ? changed.get(field) : fields[field]
    changed.set(field, valueAfter(held, change))
  }
  return changed
}

/** The fields after the changes. */
export const applyChanges = (fields: JsonObject, changes: ReadonlyArray<FieldChange>): JsonObject =>
  withChanged(fields, changedFields(fields, changes))

/** The fields with some of them replaced; undefined removes a field. */
export const withChanged = (
  fields: JsonObject,
  changed: ReadonlyMap<string, Json | undefined>,
): JsonObject => {
  if (changed.size === 0) return fields
  const next: Record<string, Json> = { ...fields }
  changed.forEach((value, field) => {
    if (value === undefined) delete next[field]
    else next[field] = value
  })
  return next
}
