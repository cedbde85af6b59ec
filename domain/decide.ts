import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { CreationExtras, ImportProfile } from './command.ts'
import { contentAfter, noContent } from './content-after.ts'
import type { Changes, FieldChange, LeftAlone, ProfileCreated, ProfileUpdated } from './events/current.ts'
import { withBoundedBefore } from './events/without-before.ts'
import { applyChanges } from './fields/apply-change.ts'
import { decideFields } from './fields/decide-fields.ts'
import type { FieldInstruction } from './fields/field-instruction.ts'
import { type ImportId, profileIdOf } from './ids.ts'
import type { LaterChanges } from './later-changes.ts'
import { leftAloneOf, withoutLater } from './leave-alone.ts'
import type { Limits } from './limits.ts'
import type { Match } from './matching/match.ts'
import type { Profile, ProfileContent } from './profile.ts'
import { profileCheckOf } from './profile-check.ts'
import { andThen, type Checked, every, limitExceeded, refuse } from './refuse.ts'
import type { ImportRules } from './rules.ts'
import { decideSubscriptionChanges } from './subscriptions/decide-changes.ts'

/** A change, and the content of the profile after it. */
export interface Decided {
  readonly event: ProfileCreated | ProfileUpdated
  readonly content: ProfileContent
}

/** Only growth is refused, so that a profile from before the limit was lowered can still be changed. */
const withinBytes =
  (before: ProfileContent, limits: Limits) =>
  (event: Decided['event']): Checked<Decided> => {
    const most = Math.max(limits.profile_bytes, before.bytes)
    const content = contentAfter(before, event.personal, most)
    return content.bytes > most ? limitExceeded(limits, 'profile_bytes') : E.right({ event, content })
  }

const updated = (
  { database: { account_id, db_id } }: ImportProfile,
  { profile_id }: Profile,
  importId: ImportId,
  changed: Changes,
  leftAlone: LeftAlone | undefined,
): ProfileUpdated => ({
  type: 'ProfileUpdated',
  public: {
    account_id,
    db_id,
    profile_id,
    profile_check: profileCheckOf(importId, profile_id),
    verdict: changed.changes.length + changed.subscriptions.length > 0 ? 'updated' : 'unchanged',
    code: 0,
  },
  personal:
    leftAlone === undefined
      ? withBoundedBefore(changed)
      : { ...withBoundedBefore(changed), left_alone: leftAlone },
})

const update = (
  command: ImportProfile,
  importId: ImportId,
  profile: Profile,
  limits: Limits,
  later: LaterChanges | undefined,
): Checked<Decided> => {
  const { fields, subscriptions } = later === undefined ? command : withoutLater(command, later)
  const leftAlone = later && leftAloneOf(profile, command, later, limits)
  return pipe(
    every({
      changes: decideFields(profile.fields, fields, limits),
      subscriptions: decideSubscriptionChanges(profile.subscriptions, subscriptions, limits),
    }),
    E.map((changed) => updated(command, profile, importId, changed, leftAlone)),
    andThen(withinBytes(profile, limits)),
  )
}

const created = (
  { database: { account_id, db_id } }: ImportProfile,
  importId: ImportId,
  changed: Changes,
): ProfileCreated => ({
  type: 'ProfileCreated',
  public: { account_id, db_id, profile_id: profileIdOf(importId), verdict: 'created', code: 0 },
  personal: changed,
})

/** Adds the extras, except those that set a field which the message also sets. */
const withExtras =
  (extras: ReadonlyArray<FieldInstruction>, limits: Limits) =>
  (changes: Array<FieldChange>): Checked<Array<FieldChange>> => {
    const given = applyChanges({}, changes)
    const missing = extras.filter(({ action, field }) => action !== 'set' || !Object.hasOwn(given, field))
    return pipe(
      decideFields(given, missing, limits),
      E.map((more) => changes.concat(more)),
    )
  }

const create =
  (command: ImportProfile, importId: ImportId, limits: Limits) =>
  (extras: CreationExtras): Checked<Decided> => {
    const changes = pipe(decideFields({}, command.fields, limits), andThen(withExtras(extras.fields, limits)))
    const patches = command.subscriptions.patches.concat(extras.subscriptions)
    return pipe(
      every({
        changes,
        subscriptions: decideSubscriptionChanges([], { clear: false, patches }, limits),
      }),
      E.map((changed) => created(command, importId, changed)),
      andThen(withinBytes(noContent, limits)),
    )
  }

/**
 * The outcome of an import, given the matches of its criterion. Of a replay that must not overwrite: also given what
 * later imports have changed in the profile, which it leaves alone.
 */
export const decide =
  (rules: ImportRules) =>
  (
    command: ImportProfile,
    importId: ImportId,
    { profile, candidates }: Match,
    later?: LaterChanges,
  ): Checked<Decided> => {
    if (candidates > 1 && rules.ambiguousMatch === 'reject')
      return refuse({ tag: 'SeveralMatches', candidates })
    if (profile !== undefined) return update(command, importId, profile, rules.limits, later)
    if (command.updateOnly) return refuse({ tag: 'ProfileNotFound' })
    return pipe(command.creation, andThen(create(command, importId, rules.limits)))
  }
