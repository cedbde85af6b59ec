import * as E from 'fp-ts/lib/Either.js'
import { sameJson } from '../canonical-json.ts'
import type { FieldChange } from '../events/current.ts'
import { isExact } from '../exact-number.ts'
import { isJsonObject, type Json, type JsonArray } from '../json.ts'
import type { Limits } from '../limits.ts'
import { printableName } from '../reason.ts'
import { badMember, type Checked, profileLimitExceeded, refuse } from '../refuse.ts'
import { type ElementIndex, elementIndex, elementKey, tagElementKey } from './element-index.ts'
import type { FieldInstruction } from './field-instruction.ts'
import { listLimit } from './field-rule.ts'
import { heldType, isObjectList, isTags } from './held-type.ts'
import { upserted, valuesAt } from './upsert.ts'

/** Right of undefined if the instruction changes nothing. */
type Decided = Checked<FieldChange | undefined>
type Of<Action extends FieldInstruction['action']> = FieldInstruction & { readonly action: Action }

const noChange: Decided = E.right(undefined)

const unfit = ({ field, action }: FieldInstruction, held: Json): Decided =>
  refuse({ tag: 'UnfitAction', field: printableName(field), action, type: heldType(held) })

const increment = (held: Json | undefined, instruction: Of<'incr'>): Decided => {
  const { field, by, type } = instruction
  const before = held ?? 0
  if (typeof before !== 'number' || (type === 'int' && !Number.isSafeInteger(before)))
    return unfit(instruction, before)
  const value = before + by
  // If the sum has no digits left for a fraction, the increment is refused, not rounded.
  const isLost = Number.isInteger(before) && !Number.isInteger(by) && Number.isInteger(value)
  if (!isExact(value) || isLost)
    return badMember(`data.${printableName(field)}`, 'an increment to a number within ±(2^53-1)')
  return value === held
    ? noChange
    : E.right({
        field,
        action: 'incr',
        by,
        value: value === 0 ? 0 : value,
        ...(typeof held === 'number' && { was: held }),
      })
}

const distinct = (items: JsonArray, keyOf: typeof elementKey): ReadonlyMap<string, Json> =>
  new Map(items.map((item) => [keyOf(item), item]))

/** For `add`, the items that are not in the list. For `delete`, the named elements as the list holds them. */
const effective = (
  list: JsonArray,
  index: ElementIndex,
  { action, items }: Of<'add' | 'delete'>,
): ReadonlyArray<Json> => {
  const named = distinct(items, index.keyOf)
  if (action === 'add') return [...named].filter(([key]) => !index.has(key)).map(([, item]) => item)
  const gone = new Set([...named.keys()].flatMap((key) => [...index.with(key)]))
  if (gone.size === 0) return []
  return [
    ...distinct(
      list.filter((element) => gone.has(element)),
      elementKey,
    ).values(),
  ]
}

const addOrDelete = (held: Json | undefined, instruction: Of<'add' | 'delete'>, limits: Limits): Decided => {
  const { field, action, type, items } = instruction
  const list = held ?? []
  if (!Array.isArray(list)) return unfit(instruction, list)
  const index = elementIndex(list, type === 'tags' ? tagElementKey : elementKey)
  if (!((index.isTags && isTags(items)) || (index.isObjectList && isObjectList(items))))
    return unfit(instruction, list)
  const changing = effective(list, index, instruction)
  if (changing.length === 0) return noChange
  const limit = listLimit(type, limits)
  if (action === 'add' && list.length + changing.length > limits[limit])
    return profileLimitExceeded(limits, limit)
  return E.right({ field, action, items: [...changing] })
}

const upsert = (held: Json | undefined, instruction: Of<'upsert'>): Decided => {
  const { field, submatch, value, type } = instruction
  const before = held ?? (type === 'arr_object' ? [] : {})
  if (!isJsonObject(before) && !isObjectList(before)) return unfit(instruction, before)
  const after = upserted(before, submatch, value)
  if (after === undefined)
    return badMember(`data.${printableName(field)}.submatch`, 'a path through objects only')
  if (sameJson(before, after)) return noChange
  const replaced = [...valuesAt(before, submatch)]
  return E.right({
    field,
    action: 'upsert',
    submatch: [...submatch],
    value,
    ...(replaced.length > 0 && { replaced }),
  })
}

/** What an instruction changes in a field that holds `held`, which is undefined if the profile lacks the field. */
export const decideChange = (
  held: Json | undefined,
  instruction: FieldInstruction,
  limits: Limits,
): Decided => {
  const { field } = instruction
  switch (instruction.action) {
    case 'set':
      return held !== undefined && sameJson(held, instruction.value)
        ? noChange
        : E.right({
            field,
            action: 'set',
            value: instruction.value,
            ...(held !== undefined && { was: held }),
          })
    case 'unset':
      return held === undefined ? noChange : E.right({ field, action: 'unset', was: held })
    case 'incr':
      return increment(held, instruction)
    case 'add':
    case 'delete':
      return addOrDelete(held, instruction, limits)
    case 'upsert':
      return upsert(held, instruction)
  }
}
