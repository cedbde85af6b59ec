import * as E from 'fp-ts/lib/Either.js'
import { databasesFileCodec } from '../../../domain/definitions/definitions.ts'
import { definitionsOf } from '../../../domain/definitions/definitions-of.ts'
import type { Limits } from '../../../domain/limits.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import { buildRules } from '../../support/builders/message-builders.ts'

/** Low enough for generated messages to exceed them now and then. */
const lowLimits: Limits = {
  message_bytes: 2000,
  depth: 8,
  fields: 9,
  subscriptions: 4,
  list_elements: 4,
  contacts: 2,
  profile_bytes: 700,
}

const fields = {
  CRM_ID: { type: 'string', match: true },
  bonus: { type: 'int', match: true },
  ratio: { type: 'float', match: true },
  isVip: { type: 'bool', match: true },
  born: { type: 'date', match: true },
  level: { type: 'enum', values: ['a', 'b'], match: true },
  mobile: { type: 'phone', match: true },
  segments: { type: 'tags', match: true },
  address: { type: 'object' },
  orders: { type: 'arr_object' },
}

const declaring = (unknown_fields: 'accept' | 'refuse'): ImportRules['definitionOf'] => {
  const databases = [1, 2].map((db_id) => ({ account_id: 1, db_id, unknown_fields, fields }))
  const file = databasesFileCodec.decode({ databases })
  if (E.isLeft(file)) throw new Error('the definitions are wrong')
  const definitionOf = definitionsOf(file.right)
  if (E.isLeft(definitionOf)) throw new Error(definitionOf.left.join('\n'))
  return definitionOf.right
}

export const ruleSets: ReadonlyArray<ImportRules> = [
  buildRules(),
  buildRules({ limits: lowLimits, ambiguousMatch: 'reject' }),
  buildRules({ definitionOf: declaring('accept'), defaultCountry: 'RU' }),
  buildRules({ definitionOf: declaring('refuse'), limits: lowLimits }),
]
