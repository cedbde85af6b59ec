import * as E from 'fp-ts/lib/Either.js'
import type { FieldChange, Reason } from '../events/current.ts'
import type { JsonObject } from '../json.ts'
import type { Limits } from '../limits.ts'
import { exceeded } from '../reason.ts'
import { type Checked, unless } from '../refuse.ts'
import { decideChange } from './decide-change.ts'
import type { FieldInstruction } from './field-instruction.ts'

/** The changes to the fields of a profile. */
export const decideFields = (
  held: JsonObject,
  instructions: ReadonlyArray<FieldInstruction>,
  limits: Limits,
): Checked<Array<FieldChange>> => {
  const changes: Array<FieldChange> = []
  const reasons: Array<Reason> = []
  let added = 0
  for (const instruction of instructions) {
    const { field } = instruction
    const isHeld = Object.hasOwn(held, field)
    const change = decideChange(isHeld ? held[field] : undefined, instruction, limits)
    if (E.isLeft(change)) reasons.push(...change.left)
    if (E.isLeft(change) || change.right === undefined) continue
    changes.push(change.right)
    if (!isHeld) added += 1
    else if (change.right.action === 'unset') added -= 1
  }
  // Only growth is refused, so that a profile from before the limit was lowered can still be changed.
  if (added > 0 && Object.keys(held).length + added > limits.fields)
    reasons.push(exceeded('profile_fields', limits.fields))
  return unless(reasons, changes)
}
