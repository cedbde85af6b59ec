import type { IdentityKey } from '../../domain/matching/identity-key.ts'

type Holders = ReadonlyMap<number, number>

const nobody: Holders = new Map()

/** The held profiles, by `created_revision`, that have a key with one prefix, and how often. */
export class KeyIndex {
  readonly #prefix: string
  /** The only profile that has the key, once, as for most keys, or all that have it. */
  readonly #byKey = new Map<IdentityKey, number | Map<number, number>>()

  /** `prefix` as `prefixOf` gives it. */
  constructor(prefix: string) {
    this.#prefix = prefix
  }

  add(created: number, keys: ReadonlyArray<IdentityKey>): void {
    for (const key of keys) {
      if (!key.startsWith(this.#prefix)) continue
      const holders = this.#byKey.get(key)
      if (holders === undefined) this.#byKey.set(key, created)
      else {
        const all = typeof holders === 'number' ? new Map([[holders, 1]]) : holders
        this.#byKey.set(key, all.set(created, (all.get(created) ?? 0) + 1))
      }
    }
  }

  /** As many times as it was added. */
  remove(created: number, keys: ReadonlyArray<IdentityKey>): void {
    for (const key of keys) {
      if (!key.startsWith(this.#prefix)) continue
      const holders = this.#byKey.get(key)
      if (typeof holders === 'object') {
        const times = holders.get(created) ?? 0
        if (times > 1) holders.set(created, times - 1)
        else holders.delete(created)
      }
      if (holders === created || (typeof holders === 'object' && holders.size === 0)) this.#byKey.delete(key)
    }
  }

  /** How many times each profile has the key. */
  holders(key: IdentityKey): Holders {
    const holders = this.#byKey.get(key)
    if (holders === undefined) return nobody
    return typeof holders === 'object' ? holders : new Map([[holders, 1]])
  }
}

/** The beginning of a key, before its first `:` or `@`. There are few prefixes, whatever the messages contain. */
export const prefixOf = (key: IdentityKey): string => key.slice(0, key.search(/[:@]/))
