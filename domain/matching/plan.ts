import * as E from 'fp-ts/lib/Either.js'
import type { CreationExtras } from '../command.ts'
import type { DataInstructions } from '../decode-data.ts'
import type { DatabaseDefinition } from '../definitions/definitions.ts'
import { type Checked, missingMember, refuse } from '../refuse.ts'
import type { ImportRules } from '../rules.ts'
import type { Criterion } from './identity-key.ts'
import type { MatchingMembers } from './matching-members.ts'
import type { MatchingMode } from './mode.ts'

/**
 * The plan for a message's mode and values: how to find the profile, and what a created profile gets so that it can be
 * found.
 */
export interface MatchingPlan {
  readonly criterion: Criterion
  readonly creation: Checked<CreationExtras>
}

export type Planned = Checked<MatchingPlan>

/** Everything in a message that matching may use. */
export interface MatchingInput {
  readonly mode: MatchingMode
  readonly members: MatchingMembers
  readonly data: DataInstructions
  readonly definition: DatabaseDefinition
  readonly rules: ImportRules
}

export const noExtras: CreationExtras = { fields: [], subscriptions: [] }

export const neverCreates: Checked<never> = refuse({ tag: 'ProfileNotFound' })

/** Refuses a message that lacks what its mode needs. */
export const needed = (member: string, mode: MatchingMode): Checked<never> =>
  missingMember(member, `matching is "${mode}"`)

/** The value; a message without it is refused. */
export const stated =
  (member: string, mode: MatchingMode) =>
  <A>(value: A | undefined): Checked<A> =>
    value === undefined ? needed(member, mode) : E.right(value)
