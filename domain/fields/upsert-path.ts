import * as E from 'fp-ts/lib/Either.js'
import type { JsonObject } from '../json.ts'
import type { Limits } from '../limits.ts'
import { badMember, type Checked, limitExceeded, missingMember } from '../refuse.ts'
import { isTags } from './held-type.ts'

// Paths are walked and created: these names would lead to properties that all objects share.
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** The `submatch` of an upsert: `"address.city"`, or a list of names if a name contains a dot. */
export const decodePath = (
  member: string,
  call: JsonObject,
  limits: Limits,
): Checked<ReadonlyArray<string>> => {
  const submatch = Object.hasOwn(call, 'submatch') ? call.submatch : undefined
  if (submatch === undefined) return missingMember(member, 'action is "upsert"')
  const path = typeof submatch === 'string' ? submatch.split('.') : submatch
  // Otherwise a path could build something in a profile that no message may contain.
  if (Array.isArray(path) && path.length > limits.depth) return limitExceeded(limits, 'depth')
  return isTags(path) && path.length > 0 && path.every((name) => name !== '' && !forbidden.has(name))
    ? E.right(path)
    : badMember(member, 'a path of names')
}
