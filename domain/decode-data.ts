import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ImportProfile } from './command.ts'
import type { DatabaseDefinition } from './definitions/definitions.ts'
import { decodeInstruction } from './fields/decode-instruction.ts'
import type { FieldInstruction } from './fields/field-instruction.ts'
import { fieldRule } from './fields/field-rule.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import type { Limits } from './limits.ts'
import { printableName } from './reason.ts'
import {
  andThen,
  badMember,
  type Checked,
  every,
  everyOf,
  limitExceeded,
  missingMember,
  refuse,
} from './refuse.ts'
import type { ImportRules } from './rules.ts'
import { decodeSubscriptions } from './subscriptions/decode-subscriptions.ts'

export type DataInstructions = Pick<ImportProfile, 'fields' | 'subscriptions'>

const fieldsIn = (data: Json | undefined, limits: Limits): Checked<JsonObject> => {
  if (data === undefined) return missingMember('data', 'it is required')
  if (!isJsonObject(data)) return badMember('data', 'an object')
  return Object.keys(data).length > limits.fields ? limitExceeded(limits, 'fields') : E.right(data)
}

const decodeField = (
  name: string,
  value: Json,
  definition: DatabaseDefinition,
  rules: ImportRules,
): Checked<FieldInstruction> => {
  const rule = fieldRule(definition, name)
  return rule === undefined && definition.unknownFields === 'refuse'
    ? refuse({ tag: 'UnknownField', field: printableName(name) })
    : decodeInstruction(name, value, rule, rules)
}

/** The request in the member `data`. */
export const decodeData = (
  data: Json | undefined,
  definition: DatabaseDefinition,
  rules: ImportRules,
): Checked<DataInstructions> =>
  pipe(
    fieldsIn(data, rules.limits),
    andThen((fields) =>
      every({
        fields: everyOf(
          Object.keys(fields)
            .filter((name) => name !== 'subscriptions')
            .map((name) => decodeField(name, fields[name] ?? null, definition, rules)),
        ),
        subscriptions: decodeSubscriptions(fields.subscriptions, rules),
      }),
    ),
  )
