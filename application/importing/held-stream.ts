import type { IdentityKey, KeySet } from '../../domain/matching/identity-key.ts'
import type { KeysByOrigin } from '../../domain/matching/keys-by-origin.ts'
import type { Profile } from '../../domain/profile.ts'
import { KeyIndex, prefixOf } from './key-index.ts'
import { keysBetween } from './keys-between.ts'

/** A profile and its keys. */
export interface KeyedProfile {
  readonly profile: Profile
  readonly keys: KeysByOrigin
}

interface Held<Owner> {
  readonly document: KeyedProfile
  readonly owner: Owner
}

const noKeys: KeysByOrigin = new Map()

/**
 * The held profiles of one database, by `created_revision`. Each belongs to an owner: the append that wrote its state.
 */
export class HeldStream<Owner> {
  /** Of the last event that this process has written or decided. */
  lastRevision = -1
  readonly #profiles = new Map<number, Held<Owner>>()
  /** By prefix, only for those that messages ask for: a profile has many keys, and most are never asked for. */
  readonly #indexes = new Map<string, KeyIndex>()

  get(created: number): KeyedProfile | undefined {
    return this.#profiles.get(created)?.document
  }

  /** `created_revision` of the profiles that have all the keys. */
  matching(keys: KeySet): ReadonlyArray<number> {
    const [rarest, ...others] = keys
      .map((key) => this.#indexFor(key).holders(key))
      .sort((a, b) => a.size - b.size)
    return rarest === undefined
      ? []
      : [...rarest.keys()].filter((created) => others.every((holders) => holders.has(created)))
  }

  /** Returns by how many bytes the held profiles grow. */
  hold(document: KeyedProfile, owner: Owner): number {
    const created = document.profile.created_revision
    const grown = this.#replace(created, document)
    this.#profiles.set(created, { document, owner })
    return grown
  }

  /**
   * Forgets a profile, unless another owner holds a newer state of it. Returns by how many bytes the held profiles
   * grow.
   */
  release(created: number, owner: Owner): number {
    if (this.#profiles.get(created)?.owner !== owner) return 0
    const grown = this.#replace(created, undefined)
    this.#profiles.delete(created)
    return grown
  }

  #replace(created: number, document: KeyedProfile | undefined): number {
    const before = this.#profiles.get(created)?.document
    if (this.#indexes.size > 0) {
      const { gone, come } = keysBetween(before?.keys ?? noKeys, document?.keys ?? noKeys)
      for (const index of this.#indexes.values()) {
        for (const keys of gone) index.remove(created, keys)
        for (const keys of come) index.add(created, keys)
      }
    }
    return (document?.profile.bytes ?? 0) - (before?.profile.bytes ?? 0)
  }

  /** The index for a key. It is created when the first message asks for a key with its prefix. */
  #indexFor(key: IdentityKey): KeyIndex {
    const prefix = prefixOf(key)
    const known = this.#indexes.get(prefix)
    if (known !== undefined) return known
    const added = new KeyIndex(prefix)
    for (const [created, { document }] of this.#profiles)
      for (const keys of document.keys.values()) added.add(created, keys)
    this.#indexes.set(prefix, added)
    return added
  }
}
