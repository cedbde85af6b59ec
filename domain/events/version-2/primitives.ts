import * as t from 'io-ts'
import type { Database, ImportId, ProfileId } from '../../ids.ts'
import type { Json, JsonObject } from '../../json.ts'

// Frozen: logs contain such events. Optional members may be added; nothing else may change.

export const guarded = <A>(name: string, is: (value: unknown) => value is A) =>
  new t.Type<A, A, unknown>(name, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c)), t.identity)

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const importId = guarded('Uuid', (u): u is ImportId => typeof u === 'string' && uuidPattern.test(u))
export const profileId = guarded(
  'ProfileId',
  (u): u is ProfileId => typeof u === 'string' && /^[0-9a-f]{24}$/.test(u),
)
export const positiveInt = guarded(
  'PositiveInt',
  (u): u is Database['account_id'] => Number.isSafeInteger(u) && Number(u) >= 1,
)
export const json = guarded('Json', (u): u is Json => u !== undefined)
export const jsonObject = guarded(
  'JsonObject',
  (u): u is JsonObject => typeof u === 'object' && u !== null && !Array.isArray(u),
)

export const utcTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
/** RFC 3339, UTC. */
export const utcTime = guarded('UtcTime', (u): u is string => {
  if (typeof u !== 'string' || !utcTimePattern.test(u)) return false
  const milliseconds = Date.parse(u)
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().slice(0, 10) === u.slice(0, 10)
})
