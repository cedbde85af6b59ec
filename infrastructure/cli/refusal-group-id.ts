import { InvalidArgumentError } from 'commander'
import * as t from 'io-ts'
import type { RefusalCriteria } from '../../application/questions/refusals.ts'
import { day } from './parse-options.ts'

const textOrNull = t.union([t.string, t.null])
const numberOrNull = t.union([t.number, t.null])

const criteriaCodec = t.intersection([
  t.type({ codes: t.array(t.number) }),
  t.partial({
    reason: t.string,
    member: textOrNull,
    account: numberOrNull,
    db: numberOrNull,
    app_id: textOrNull,
    since: t.string,
    until: t.string,
  }),
])

/** The id of a group of refusals says what they have in common, so that nothing has to be stored. */
export const refusalGroupId = (criteria: RefusalCriteria): string =>
  Buffer.from(JSON.stringify(criteria)).toString('base64url')

/** @throws InvalidArgumentError */
export const refusalGroup = (id: string): RefusalCriteria => {
  const criteria = parsed(Buffer.from(id, 'base64url').toString())
  if (!criteriaCodec.is(criteria)) throw new InvalidArgumentError('Must be a group as printed by `refusals`.')
  for (const limit of [criteria.since, criteria.until]) if (limit !== undefined) day(limit)
  return criteria
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
