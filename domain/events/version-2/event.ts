import * as t from 'io-ts'
import { changes, leftAlone } from './changes.ts'
import { eventContext } from './context.ts'
import { importId, positiveInt, profileId } from './primitives.ts'
import { recordedReason } from './reason.ts'

// Frozen: logs contain such events. Optional members may be added; nothing else may change.

const database = { account_id: positiveInt, db_id: positiveInt }
const ofProfile = t.type({ ...database, profile_id: profileId })
export const profileCreated = t.type({
  type: t.literal('ProfileCreated'),
  public: t.intersection([ofProfile, t.type({ verdict: t.literal('created'), code: t.literal(0) })]),
  personal: changes,
})
export type ProfileCreated = Readonly<t.TypeOf<typeof profileCreated>>

/** Also recorded if nothing changed; both lists are then empty. */
export const profileUpdated = t.type({
  type: t.literal('ProfileUpdated'),
  public: t.intersection([
    ofProfile,
    t.type({ verdict: t.keyof({ updated: null, unchanged: null }), code: t.literal(0) }),
    // Missing only in older events of this version.
    t.partial({ profile_check: t.string }),
  ]),
  personal: t.intersection([changes, t.partial({ left_alone: leftAlone })]),
})
export type ProfileUpdated = Readonly<t.TypeOf<typeof profileUpdated>>

/** How many mistakes the message has besides the recorded ones; absent if none. */
const furtherReasons = { further_reasons: t.number }

/**
 * The tags of the reasons are public; their details may come from the message. The first reason determines the code.
 */
export const importRejected = t.type({
  type: t.literal('ImportRejected'),
  public: t.intersection([
    t.type({ verdict: t.literal('rejected'), code: t.number, reason_tags: t.array(t.string) }),
    t.partial({ ...database, ...furtherReasons }),
  ]),
  personal: t.type({ reasons: t.array(recordedReason) }),
})
export type ImportRejected = Readonly<t.TypeOf<typeof importRejected>>

/**
 * A producer sent a message again after its import was done. Nothing changed, and this is not an outcome. Code, profile
 * and reasons are those of the first import.
 */
export const importRepeated = t.type({
  type: t.literal('ImportRepeated'),
  public: t.intersection([
    t.type({
      verdict: t.literal('duplicate'),
      first_import_id: importId,
      code: t.number,
      reason_tags: t.array(t.string),
    }),
    t.partial({ ...database, ...furtherReasons }),
    t.union([
      t.type({
        first_verdict: t.keyof({ created: null, updated: null, unchanged: null }),
        profile_id: profileId,
      }),
      t.type({ first_verdict: t.literal('rejected') }),
    ]),
  ]),
  personal: t.type({ reasons: t.array(recordedReason) }),
})
export type ImportRepeated = Readonly<t.TypeOf<typeof importRepeated>>

export const domainEvent = t.union([profileCreated, profileUpdated, importRejected, importRepeated])
/** What happened. */
export type DomainEvent = t.TypeOf<typeof domainEvent>

/** What happened, and its context. */
export const importEvent = t.intersection([domainEvent, eventContext])
export type ImportEvent = Readonly<t.TypeOf<typeof importEvent>>
