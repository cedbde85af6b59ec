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

export const utcTimePattern =
  /^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/
/** RFC 3339, UTC. */
export const utcTime = guarded(
  'UtcTime',
  (u): u is string => typeof u === 'string' && utcTimePattern.test(u) && !isMissingLeapDay(u),
)

const isMissingLeapDay = (time: string): boolean =>
  time.startsWith('-02-29', 4) && new Date(Date.parse(time.slice(0, 10))).getUTCDate() !== 29
