import type { IdentityKey } from '../../domain/matching/identity-key.ts'

const nobody: ReadonlySet<number> = new Set()

/** Which of the held profiles, by `created_revision`, have a key of one kind. */
export class KeyIndex {
  private readonly kind: string
  /** The one profile that has the key, as for most keys, or all that have. */
  private readonly byKey = new Map<IdentityKey, number | Set<number>>()

  /** `kind` as `kindOf` gives it. */
  constructor(kind: string) {
    this.kind = kind
  }

  add(created: number, keys: ReadonlyArray<IdentityKey>): void {
    for (const key of keys) {
      if (!key.startsWith(this.kind)) continue
      const holders = this.byKey.get(key)
      if (holders === undefined) this.byKey.set(key, created)
      else if (typeof holders === 'number') this.byKey.set(key, new Set([holders, created]))
      else holders.add(created)
    }
  }

  remove(created: number, keys: ReadonlyArray<IdentityKey>): void {
    for (const key of keys) {
      if (!key.startsWith(this.kind)) continue
      const holders = this.byKey.get(key)
      if (typeof holders === 'object') holders.delete(created)
      if (holders === created || (typeof holders === 'object' && holders.size === 0)) this.byKey.delete(key)
    }
  }

  holders(key: IdentityKey): ReadonlySet<number> {
    const holders = this.byKey.get(key)
    if (holders === undefined) return nobody
    return typeof holders === 'object' ? holders : new Set([holders])
  }
}

/** What a key begins with, before its first `:` or `@`. There are few kinds, whatever the messages say. */
export const kindOf = (key: IdentityKey): string => key.slice(0, key.search(/[:@]/))
