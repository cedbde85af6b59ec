import * as E from 'fp-ts/lib/Either.js'
import { databasesFileCodec } from '../../../../domain/definitions/definitions.ts'
import { definitionsOf } from '../../../../domain/definitions/definitions-of.ts'
import { definitionsVersion } from '../../../../domain/definitions/definitions-version.ts'
import { defaultLimits, type Limits } from '../../../../domain/limits.ts'
import type { ImportRules } from '../../../../domain/rules.ts'
import { buildRules } from '../../../support/builders/message-builders.ts'

/** What a deployment changes: the definitions, and with them what profiles can be found by, and a limit. */
export interface Version {
  readonly name: string
  readonly rules: ImportRules
  readonly definitionsVersion: string
}

/** So low that some messages would make their profile exceed it. */
const limited = (profile_bytes: number): Limits => ({ ...defaultLimits, profile_bytes })

const declaring = (name: string, match: boolean, bytes: number): Version => {
  const fields = { CRM_ID: { type: 'string', match: true }, ext: { type: 'string', match } }
  const file = databasesFileCodec.decode({
    databases: [1, 2].map((db_id) => ({ account_id: 1, db_id, fields })),
  })
  if (E.isLeft(file)) throw new Error('the definitions are none')
  const definitionOf = definitionsOf(file.right)
  if (E.isLeft(definitionOf)) throw new Error(definitionOf.left.join('; '))
  return {
    name,
    rules: buildRules({ definitionOf: definitionOf.right, limits: limited(bytes) }),
    definitionsVersion: definitionsVersion(file.right),
  }
}

/** Every field can be matched by. */
export const anyField: Version = {
  name: 'any',
  rules: buildRules({ limits: limited(400) }),
  definitionsVersion: definitionsVersion(undefined),
}
export const twoFields: Version = declaring('two', true, 300)
export const oneField: Version = declaring('one', false, 500)
