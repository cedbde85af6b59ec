import * as E from 'fp-ts/lib/Either.js'
import { importIdOf, reusedIdOf } from '../../../../application/import-id.ts'
import type { MatchTrace } from '../../../../application/importing/with-context.ts'
import { type Received, receiveMessage } from '../../../../application/receive-message.ts'
import { decide } from '../../../../domain/decide.ts'
import { undeclared } from '../../../../domain/definitions/undeclared.ts'
import type { DomainEvent } from '../../../../domain/events/current.ts'
import { evolve } from '../../../../domain/evolve.ts'
import type { ImportId } from '../../../../domain/ids.ts'
import { importRejected } from '../../../../domain/import-rejected.ts'
import type { LaterChanges } from '../../../../domain/later-changes.ts'
import { type Criterion, maxCandidates } from '../../../../domain/matching/identity-key.ts'
import { identityKeysOf } from '../../../../domain/matching/identity-keys.ts'
import type { Profile } from '../../../../domain/profile.ts'
import type { Reasons } from '../../../../domain/refuse.ts'
import type { ImportRules } from '../../../../domain/rules.ts'
import type { Published } from '../broker/queue-entry.ts'

export interface ReferenceOutcome {
  readonly event: DomainEvent
  readonly importId: ImportId
  readonly received: Received
  readonly match?: MatchTrace
  /** For an event that changes a profile: its previous state. */
  readonly before?: Profile | undefined
}

interface ReferenceOptions {
  /** Whether the message is the first with its `message_id`. */
  readonly isFirst: boolean
  /** The import id for a message that has none. */
  readonly freshId: ImportId
  /** Of a replay that must not overwrite: what later imports have changed in the profile that it finds. */
  readonly later?: ((profile: Profile) => LaterChanges | undefined) | undefined
}

/** One database, one message at a time, all in memory: the result that the whole pipeline must have. */
export class ReferenceProcessor {
  /** By `created_revision`, so the oldest comes first. */
  readonly profiles = new Map<number, Profile>()

  /** The outcome of a message as the event at `revision`. */
  import(
    { queue, body, properties, sha256 }: Published,
    rules: ImportRules,
    revision: number,
    { isFirst, freshId, later }: ReferenceOptions,
  ): ReferenceOutcome {
    const importId = importIdOf({ kind: 'queue', queue }, properties) ?? freshId
    const received = receiveMessage(rules)(body)
    const { command, database } = received
    const refused = (reasons: Reasons): DomainEvent => importRejected(reasons, database)
    if (!isFirst)
      return {
        event: refused([{ tag: 'MessageIdReused' }]),
        importId: reusedIdOf(importId, sha256),
        received,
      }
    if (E.isLeft(command)) return { event: refused(command.left), importId, received }

    const { profile, match } = this.#find(command.right.criterion, rules)
    const decided = decide(rules)(
      command.right,
      importId,
      { profile, candidates: match.candidates },
      profile && later?.(profile),
    )
    if (E.isLeft(decided)) return { event: refused(decided.left), importId, received, match }
    const { event } = decided.right
    const evolved = evolve(profile, event, revision)
    this.profiles.set(evolved.created_revision, evolved)
    return { event, importId, received, match, before: profile }
  }

  #find(criterion: Criterion, rules: ImportRules): { profile: Profile | undefined; match: MatchTrace } {
    const keyed = [...this.profiles.values()].map((profile) => {
      const keys = identityKeysOf(profile, rules.definitionOf(profile) ?? undeclared)
      return { profile, keys: new Set<string>(keys) }
    })
    for (const step of criterion) {
      const found = keyed.filter(({ keys }) => step.some((set) => set.every((key) => keys.has(key))))
      const [oldest] = found
      if (oldest === undefined) continue
      const candidates = Math.min(found.length, maxCandidates)
      return { profile: oldest.profile, match: { keys: step.flat(), candidates } }
    }
    return { profile: undefined, match: { keys: criterion.flat(2), candidates: 0 } }
  }
}
