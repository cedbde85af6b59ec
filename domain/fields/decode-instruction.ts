import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Limits } from '../limits.ts'
import { printableName } from '../reason.ts'
import { badMember, type Checked, limitExceeded, missingMember, refuse } from '../refuse.ts'
import type { ImportRules } from '../rules.ts'
import type { FieldInstruction } from './field-instruction.ts'
import { expectedText, type FieldRule, listLimit, type ValueType } from './field-rule.ts'
import { isObjectList, isTags } from './held-type.ts'
import { normalValue } from './normal-value.ts'
import { decodePath } from './upsert-path.ts'

type Decoded = Checked<FieldInstruction>
type Action = FieldInstruction['action']

const fittingTypes: Readonly<Record<Action, ReadonlySet<ValueType> | 'all'>> = {
  set: 'all',
  unset: 'all',
  incr: new Set(['int', 'float']),
  add: new Set(['tags', 'phones', 'arr_object']),
  delete: new Set(['tags', 'phones', 'arr_object']),
  upsert: new Set(['object', 'arr_object']),
}

const isAction = (value: unknown): value is Action =>
  typeof value === 'string' && Object.hasOwn(fittingTypes, value)

/** The action of a function; undefined for any other value, including plain objects. */
export const actionOf = (value: Json): Action | undefined =>
  isJsonObject(value) && Object.hasOwn(value, 'action') && isAction(value.action) ? value.action : undefined

const memberName = (field: string): string => `data.${printableName(field)}`

/** Checked before any element is read, because an element may be expensive to read. */
const isTooLong = (value: Json, rule: FieldRule | undefined, limits: Limits): boolean =>
  Array.isArray(value) && value.length > limits[listLimit(rule?.type, limits)]

const decodeSet = (field: string, value: Json, rule: FieldRule | undefined, rules: ImportRules): Decoded => {
  const type = rule?.type
  if (value === null)
    return type === 'email'
      ? badMember(memberName(field), expectedText(type))
      : E.right({ field, type, action: 'unset' })
  if (rule === undefined) return E.right({ field, type, action: 'set', value })
  if (isTooLong(value, rule, rules.limits))
    return limitExceeded(rules.limits, listLimit(rule.type, rules.limits))
  const normal = normalValue(rule, value, rules.defaultCountry)
  return normal === undefined
    ? badMember(memberName(field), expectedText(rule.type))
    : E.right({ field, type, action: 'set', value: normal })
}

const decodeIncrement = (field: string, value: Json, type: ValueType | undefined): Decoded => {
  const fits = type === 'int' ? Number.isSafeInteger(value) : typeof value === 'number'
  return fits && typeof value === 'number'
    ? E.right({ field, type, action: 'incr', by: value })
    : badMember(`${memberName(field)}.value`, expectedText(type === 'int' ? 'int' : 'float'))
}

const decodeItems = (
  field: string,
  action: 'add' | 'delete',
  value: Json,
  rule: FieldRule | undefined,
  rules: ImportRules,
): Decoded => {
  if (isTooLong(value, rule, rules.limits))
    return limitExceeded(rules.limits, listLimit(rule?.type, rules.limits))
  const isEither = rule === undefined && (isTags(value) || isObjectList(value))
  const items =
    rule === undefined ? (isEither ? value : undefined) : normalValue(rule, value, rules.defaultCountry)
  return Array.isArray(items)
    ? E.right({ field, type: rule?.type, action, items })
    : badMember(
        `${memberName(field)}.value`,
        rule === undefined ? 'a list of strings or a list of objects' : expectedText(rule.type),
      )
}

const decodeFunction = (
  field: string,
  action: Action,
  call: JsonObject,
  rule: FieldRule | undefined,
  rules: ImportRules,
): Decoded => {
  const type = rule?.type
  const fitting = fittingTypes[action]
  if (type !== undefined && fitting !== 'all' && !fitting.has(type))
    return refuse({ tag: 'UnfitAction', field: printableName(field), action, type })
  if (action === 'unset') return decodeSet(field, null, rule, rules)
  const value = Object.hasOwn(call, 'value') ? call.value : undefined
  if (value === undefined) return missingMember(`${memberName(field)}.value`, `action is "${action}"`)
  switch (action) {
    case 'set':
      return decodeSet(field, value, rule, rules)
    case 'incr':
      return decodeIncrement(field, value, type)
    case 'add':
    case 'delete':
      return decodeItems(field, action, value, rule, rules)
    case 'upsert':
      return pipe(
        decodePath(`${memberName(field)}.submatch`, call, rules.limits),
        E.map((submatch) => ({ field, type, action, submatch, value })),
      )
  }
}

/** What `data` says about one field: a value, null, or a function. */
export const decodeInstruction = (
  field: string,
  value: Json,
  rule: FieldRule | undefined,
  rules: ImportRules,
): Decoded => {
  const action = actionOf(value)
  return action !== undefined && isJsonObject(value)
    ? decodeFunction(field, action, value, rule, rules)
    : decodeSet(field, value, rule, rules)
}
