import type { ImportRecord } from '../../application/ports/audit-index.ts'
import { positionText } from '../../application/ports/position.ts'
import type { Explanation } from '../../application/questions/explain.ts'
import type { Effects } from '../../domain/effects.ts'
import type { DomainEvent, EventContext, MessageSource } from '../../domain/events/current.ts'
import { outcomeOf } from '../../domain/events/outcome-of.ts'
import { maxCandidates } from '../../domain/matching/identity-key.ts'
import { outcomeText, type Rejection } from '../../domain/outcome.ts'
import { printableName } from '../../domain/reason.ts'
import { counted } from '../text/counted.ts'
import { fieldText, subscriptionText } from './effect-text.ts'
import { tellFixes, tellLeftAlone } from './tell-replay.ts'

/** Describes one import in sentences. */
export const tellImport = (explanation: Explanation): ReadonlyArray<string> => [
  ...tellEvent(explanation),
  ...(explanation.reply === undefined ? [] : [`Reply: ${json(explanation.reply)}`]),
  ...tellOthers('repeated', explanation.repetitions),
  ...tellOthers('replayed', explanation.replays),
]

/** Describes the event of an import, without its reply and without what followed. */
export const tellEvent = ({
  recorded,
  original,
  effects,
}: Pick<Explanation, 'recorded' | 'original' | 'effects'>): ReadonlyArray<string> => {
  const { event, stream, revision, position } = recorded
  if (event.type === 'Unreadable')
    return [
      `The event of this import (position ${positionText(position)}, type ${event.storedType}) cannot be ` +
        `read: ${event.problem}.`,
    ]
  return [
    ...tellMessage(event),
    `Recorded in ${stream} at revision ${revision}, position ${position} of the log.`,
    ...(original === undefined ? [] : tellOriginal(original)),
    ...tellFixes(event.personal),
    ...tellMatch(event),
    ...tellOutcome(event, effects),
    ...(event.type === 'ProfileUpdated' ? tellLeftAlone(event.personal.left_alone) : []),
  ]
}

const json = (value: unknown): string => JSON.stringify(value)

const tellMessage = ({ public: known, personal, message }: EventContext): ReadonlyArray<string> => [
  `Import ${known.import_id}: ${sourceText(known.source)}, taken at ${known.time}.`,
  ...tellSender(personal),
  `Message (${counted(personal.bytes, 'byte')}${message.truncated ? ', only the beginning is kept' : ''}` +
    `${message.encoding === 'base64' ? ', in base64' : ''}): ${message.body.trim()}`,
]

const sourceText = (source: MessageSource): string =>
  source.kind === 'queue'
    ? `a message on the queue ${source.queue}`
    : `line ${source.line} of an NDJSON input (run ${source.run})`

/** Headers separately: a producer may give them the names of properties, which the broker has validated. */
const tellSender = ({
  feedback_id,
  properties,
  headers = {},
}: EventContext['personal']): ReadonlyArray<string> => {
  const { base64: _, ...plain } = properties
  return [
    ...listed('Sent with', { ...(feedback_id !== '' && { feedback_id }), ...plain }),
    ...listed('Headers:', headers),
  ]
}

const listed = (title: string, members: object): ReadonlyArray<string> => {
  const known = Object.entries(members).map(([name, value]) => `${printableName(name)} ${json(value)}`)
  return known.length === 0 ? [] : [`${title} ${known.join(', ')}.`]
}

const tellOriginal = ({
  public: { import_id, source, time },
  personal,
}: EventContext): ReadonlyArray<string> => [
  `It is a replay. The original is import ${import_id}: ${sourceText(source)}, taken at ${time}.`,
  ...tellSender(personal).map((line) => `  ${line}`),
]

const tellMatch = ({
  public: { mode, candidates },
  personal: { keys },
}: EventContext): ReadonlyArray<string> => {
  if (keys === undefined || candidates === undefined) return []
  return [
    `Matching by ${mode} with ${counted(keys.length, 'key')} (${keys.join(', ')}) found ${candidatesText(candidates)}.`,
  ]
}

/** Not more than a hundred are counted. */
const candidatesText = (candidates: number): string => {
  if (candidates === 0) return 'no profile'
  return candidates < maxCandidates ? counted(candidates, 'profile') : `at least ${candidates} profiles`
}

const tellOutcome = (
  event: DomainEvent & EventContext,
  { fields, subscriptions }: Effects = { fields: [], subscriptions: [] },
): ReadonlyArray<string> => {
  const outcome = outcomeOf(event)
  if (event.type === 'ImportRepeated')
    return [
      `It repeats import ${event.public.first_import_id}, so it changed nothing and got the same answer.`,
    ]
  if (outcome.verdict === 'rejected') return [tellRefusal(outcome)]
  const profile = `profile ${outcome.profile_id}`
  if (outcome.verdict === 'unchanged') return [`Nothing had to be changed in ${profile}.`]
  return [
    outcome.verdict === 'created' ? `It created ${profile}:` : `It changed ${profile}:`,
    ...fields.map((effect) => `  ${fieldText(effect)}`),
    ...subscriptions.map((effect) => `  ${subscriptionText(effect)}`),
  ]
}

const tellRefusal = (outcome: Rejection): string =>
  `It was refused with ${outcome.code}: ${outcomeText(outcome)}.`

const tellOthers = (
  what: 'repeated' | 'replayed',
  imports: ReadonlyArray<ImportRecord>,
): ReadonlyArray<string> => [
  `It was ${timesText(imports.length)} ${what}${imports.length === 0 ? '.' : ':'}`,
  ...imports.map(({ importId, time }) => `  import ${importId}${time === undefined ? '' : ` at ${time}`}`),
]

const timesText = (count: number): string => {
  if (count === 0) return 'never'
  return count === 1 ? 'once' : `${count} times`
}
