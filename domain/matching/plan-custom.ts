import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { FieldDefinition } from '../definitions/definitions.ts'
import type { FieldInstruction } from '../fields/field-instruction.ts'
import { expectedText, isSystemName } from '../fields/field-rule.ts'
import { isTags } from '../fields/held-type.ts'
import { normalValue } from '../fields/normal-value.ts'
import { normalTag } from '../fields/tag.ts'
import type { Json } from '../json.ts'
import { exceeded, printableName } from '../reason.ts'
import { andThen, badMember, type Checked, refuse } from '../refuse.ts'
import type { Criterion, KeySet } from './identity-key.ts'
import { customKey, isScalar, type Scalar, tagKey } from './keys.ts'
import { type MatchingInput, type MatchingPlan, needed, noExtras, type Planned } from './plan.ts'

/** The holders of each tag may have to be read. */
const mostTags = 200

const tagsIn = (value: Scalar): ReadonlyArray<string> => [
  ...new Set(
    String(value)
      .split(',')
      .map(normalTag)
      .filter((tag) => tag !== ''),
  ),
]

const instructionFor = ({ data }: MatchingInput, field: string): FieldInstruction | undefined =>
  data.fields.find((instruction) => instruction.field === field)

const tagKeys = (field: string, tags: ReadonlyArray<string>): KeySet => [
  ...new Set(tags.map((tag) => tagKey(field, tag))),
]

/** A scalar finds a field with its text, or a list that has all the tags it names. */
const undeclaredStep = (field: string, value: Scalar): Criterion[number] => {
  const tags = tagsIn(value)
  return [[customKey(field, value)], ...(tags.length > 0 ? [tagKeys(field, tags)] : [])]
}

/** If `data` makes the field a list of tags, a created profile has the tags to match by among them. */
const undeclaredExtra = (input: MatchingInput, field: string, value: Scalar): Checked<FieldInstruction> => {
  const given = instructionFor(input, field)
  const list = given?.action === 'set' ? given.value : given?.action === 'add' ? given.items : undefined
  if (!isTags(list)) return E.right({ field, type: undefined, action: 'set', value })
  const tags = tagsIn(value)
  if (tags.length === 0) return badMember('field_value', 'a tag, because data makes the field a list')
  const there = new Set(list.map(normalTag))
  return E.right({ field, type: undefined, action: 'add', items: tags.filter((tag) => !there.has(tag)) })
}

/** The value that a field of the type would hold for the stated text. */
const typedValue = (rule: FieldDefinition, text: string, defaultCountry?: string): Json | undefined => {
  switch (rule.type) {
    case 'int':
    case 'float':
      return String(Number(text)) === text ? normalValue(rule, Number(text)) : undefined
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'tags':
      return tagsIn(text).length > 0 ? tagsIn(text) : undefined
    default:
      return normalValue(rule, text, defaultCountry)
  }
}

const planStated = (input: MatchingInput, field: string, value: Scalar): Planned => {
  const rule = input.definition.fields.get(field)
  if (rule === undefined)
    return E.right({
      criterion: [undeclaredStep(field, value)],
      creation: pipe(
        undeclaredExtra(input, field, value),
        E.map((extra) => ({ ...noExtras, fields: [extra] })),
      ),
    })
  const typed = typedValue(rule, String(value), input.rules.defaultCountry)
  const { type } = rule
  if (isTags(typed))
    return E.right({
      criterion: [[tagKeys(field, typed)]],
      creation: E.right({ ...noExtras, fields: [{ field, type, action: 'add', items: typed }] }),
    })
  if (!isScalar(typed))
    return badMember(
      'field_value',
      type === 'tags' ? 'a tag, or tags separated by commas' : expectedText(type),
    )
  return E.right({
    criterion: [[[customKey(field, typed)]]],
    creation: E.right({ ...noExtras, fields: [{ field, type, action: 'set', value: typed }] }),
  })
}

/** Matches by the value that `data` sets the field to. */
const planFromData = (input: MatchingInput, field: string): Planned => {
  const instruction = instructionFor(input, field)
  const value = instruction?.action === 'set' ? instruction.value : undefined
  const creation = E.right(noExtras)
  if (isScalar(value) && value !== '')
    return E.right({
      criterion: [input.definition.declared ? [[customKey(field, value)]] : undeclaredStep(field, value)],
      creation,
    })
  const tags = isTags(value) ? value.filter((tag) => normalTag(tag) !== '') : []
  return tags.length > 0
    ? E.right({ criterion: [[tagKeys(field, tags)]], creation })
    : needed('field_value', input.mode)
}

const withinTags = (plan: MatchingPlan): Planned =>
  plan.criterion.flat().some((keys) => keys.length > mostTags)
    ? refuse(exceeded('match_tags', mostTags))
    : E.right(plan)

/** The field to match by, if it may be matched by. */
const matchableField = ({ members, definition, mode }: MatchingInput): Checked<string> => {
  const field = members.field_name
  if (field === undefined) return needed('field_name', mode)
  if (isSystemName(field) || (definition.declared && definition.fields.get(field)?.match !== true))
    return refuse({ tag: 'UnmatchableField', field: printableName(field) })
  // A created profile would get a field with this name.
  return field === '__proto__' ? badMember('field_name', 'another name') : E.right(field)
}

/** `custom`. */
export const planCustom = (input: MatchingInput): Planned => {
  const { field_value } = input.members
  return pipe(
    matchableField(input),
    andThen((field) =>
      field_value === undefined ? planFromData(input, field) : planStated(input, field, field_value),
    ),
    andThen(withinTags),
  )
}
