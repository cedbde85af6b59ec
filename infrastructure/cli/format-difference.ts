import type { Differing, ProfileDifference } from '../../application/rehearsing/differences.ts'
import type { Difference, WhatIfResult } from '../../application/rehearsing/what-if.ts'
import type { ImportEvent } from '../../domain/events/current.ts'
import { outcomeOf } from '../../domain/events/outcome-of.ts'
import type { Json } from '../../domain/json.ts'
import { outcomeCode, outcomeText } from '../../domain/outcome.ts'
import { counted } from '../text/counted.ts'
import { tableLines } from '../text/table.ts'
import { fieldText, subscriptionText } from './effect-text.ts'

/** A line of the file of `what-if`. */
export const differenceLine = (difference: Difference) => {
  if (difference.tag === 'Profile') {
    const { tag: _, ...profile } = difference
    return { difference: 'profile', ...profile }
  }
  const { recorded, rehearsed } = difference
  const { import_id, time } = recorded.event.public
  return {
    difference: 'outcome',
    import_id,
    time,
    position: recorded.position,
    recorded: outcomeMembers(recorded.stream, recorded.event),
    rehearsed: outcomeMembers(rehearsed.stream, rehearsed.event),
  }
}

const outcomeMembers = (stream: string, event: ImportEvent) => {
  const outcome = outcomeOf(event)
  const { verdict } = outcome
  const members = { stream, verdict, code: outcomeCode(outcome) }
  if (outcome.verdict === 'rejected') return { ...members, reasons: outcome.reasons }
  const { profile_id } = outcome
  if (!('changes' in event.personal)) return { ...members, profile_id }
  const { changes, subscriptions } = event.personal
  return { ...members, profile_id, changes, subscriptions }
}

/** What `what-if` prints as JSON. */
export const resultLine = ({ imports, leftOut, transitions, profiles }: WhatIfResult) => ({
  imports,
  ...leftOut,
  outcomes: { differ: differing(transitions), transitions },
  profiles,
})

const differing = (transitions: WhatIfResult['transitions']): number =>
  transitions.reduce((sum, { count }) => sum + count, 0)

/** The same for people. */
export const tellResult = (
  { imports, leftOut, transitions, profiles }: WhatIfResult,
  sample: ReadonlyArray<Difference>,
): ReadonlyArray<string> => {
  const left = Object.entries(leftOut).filter(([, count]) => count > 0)
  const counts = [
    [profiles.differ, 'would differ'],
    [profiles.only_rehearsed, 'would be new'],
    [profiles.only_recorded, 'would not exist'],
  ] as const
  return [
    `${counted(imports, 'import')} rehearsed${left.length === 0 ? '' : `; left out: ${left.map(([name, count]) => `${count} ${name}`).join(', ')}`}.`,
    `${counted(differing(transitions), 'outcome')} would differ${transitions.length === 0 ? '.' : ':'}`,
    ...tableLines(
      transitions.map(({ from, to, count }) => [
        `  ${count}`,
        `${from.verdict} (${from.code})`,
        from.verdict === to.verdict && from.code === to.code
          ? 'in another way'
          : `→ ${to.verdict} (${to.code})`,
      ]),
    ),
    ...counts.map(([count, what]) => `${counted(count, 'profile')} ${what}.`),
    ...(sample.length === 0 ? [] : ['For example:']),
    ...sample.flatMap(tellDifference),
  ]
}

const tellDifference = (difference: Difference): ReadonlyArray<string> => {
  if (difference.tag === 'Profile') return tellProfile(difference)
  const { recorded, rehearsed } = difference
  const texts = [recorded, rehearsed].map(({ event }) => outcomeOneLine(event))
  return [`  import ${recorded.event.public.import_id}: ${texts.join(' → ')}`]
}

const outcomeOneLine = (event: ImportEvent): string => {
  const outcome = outcomeOf(event)
  return outcome.verdict === 'rejected'
    ? `refused with ${outcome.code} (${outcomeText(outcome)})`
    : `${outcome.verdict} profile ${outcome.profile_id}`
}

const tellProfile = (difference: ProfileDifference): ReadonlyArray<string> => [
  `  profile ${difference.profile_id} of account ${difference.account_id}, database ${difference.db_id}` +
    `${difference.in === 'both' ? '' : ` (only ${difference.in})`}:`,
  ...difference.fields.map(
    ({ field, ...values }) => `    ${fieldText({ field, action: 'set', ...fromTo<Json>(values) })}`,
  ),
  ...difference.subscriptions.map(
    ({ subscription, ...values }) => `    ${subscriptionText({ subscription, ...fromTo(values) })}`,
  ),
]

const fromTo = <Value>({ recorded, rehearsed }: Differing<Value>) => ({
  ...(recorded !== undefined && { before: recorded }),
  ...(rehearsed !== undefined && { after: rehearsed }),
})
