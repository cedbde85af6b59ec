import { undeclared } from '../../domain/definitions/undeclared.ts'
import type { Criterion, IdentityKey } from '../../domain/matching/identity-key.ts'
import { identityKeysOf } from '../../domain/matching/identity-keys.ts'
import type { Match } from '../../domain/matching/match.ts'
import type { Profile } from '../../domain/profile.ts'
import type { ImportRules } from '../../domain/rules.ts'

/** The profiles of one database, found as the read model finds them. */
export class ProfilesInMemory {
  readonly #profiles = new Map<number, Profile>()
  readonly #byKey = new Map<IdentityKey, Set<number>>()
  readonly #rules: ImportRules

  constructor(rules: ImportRules) {
    this.#rules = rules
  }

  /** The oldest profile that the first successful step of the criterion finds. */
  find(criterion: Criterion): Match {
    for (const step of criterion) {
      const found = new Set<number>()
      for (const [first, ...others] of step) {
        if (first === undefined) continue
        for (const created of this.#byKey.get(first) ?? []) {
          if (others.every((key) => this.#byKey.get(key)?.has(created))) found.add(created)
        }
      }
      if (found.size > 0) return { profile: this.#profiles.get(Math.min(...found)), candidates: found.size }
    }
    return { profile: undefined, candidates: 0 }
  }

  /** Adds a profile, or replaces its earlier state. */
  put(profile: Profile): void {
    const created = profile.created_revision
    const before = this.#profiles.get(created)
    for (const key of before === undefined ? [] : this.#keysOf(before)) this.#byKey.get(key)?.delete(created)
    for (const key of this.#keysOf(profile)) {
      const holders = this.#byKey.get(key)
      if (holders === undefined) this.#byKey.set(key, new Set([created]))
      else holders.add(created)
    }
    this.#profiles.set(created, profile)
  }

  #keysOf(profile: Profile): ReadonlyArray<IdentityKey> {
    return identityKeysOf(profile, this.#rules.definitionOf(profile) ?? undeclared)
  }
}
