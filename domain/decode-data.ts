import * as E from 'fp-ts/lib/Either.js'
import type { ImportProfile } from './command.ts'
import type { DatabaseDefinition } from './definitions/definitions.ts'
import type { Reason } from './events/current.ts'
import { decodeInstruction } from './fields/decode-instruction.ts'
import type { FieldInstruction } from './fields/field-instruction.ts'
import { fieldRule } from './fields/field-rule.ts'
import { isJsonObject, type Json } from './json.ts'
import { printableName } from './reason.ts'
import { badMember, limitExceeded, missingMember, refuse } from './refuse.ts'
import type { ImportRules } from './rules.ts'
import { decodeSubscriptions } from './subscriptions/decode-subscriptions.ts'

export type DataInstructions = Pick<ImportProfile, 'fields' | 'subscriptions'>

/** The request in the member `data`. */
export const decodeData = (
  data: Json | undefined,
  definition: DatabaseDefinition,
  rules: ImportRules,
): E.Either<Reason, DataInstructions> => {
  if (data === undefined) return missingMember('data', 'it is required')
  if (!isJsonObject(data)) return badMember('data', 'an object')
  const names = Object.keys(data)
  if (names.length > rules.limits.fields) return limitExceeded(rules.limits, 'fields')
  const fields: Array<FieldInstruction> = []
  for (const name of names) {
    if (name === 'subscriptions') continue
    const rule = fieldRule(definition, name)
    if (rule === undefined && definition.unknownFields === 'refuse')
      return refuse({ tag: 'UnknownField', field: printableName(name) })
    const instruction = decodeInstruction(name, data[name] ?? null, rule, rules)
    if (E.isLeft(instruction)) return instruction
    fields.push(instruction.right)
  }
  const subscriptions = decodeSubscriptions(data.subscriptions, rules)
  return E.isLeft(subscriptions) ? subscriptions : E.right({ fields, subscriptions: subscriptions.right })
}
