import type { ProfileDirectory } from '../../../application/ports/profile-directory.ts'
import type { Database } from '../../../domain/ids.ts'
import { emailKey, phoneKey } from '../../../domain/matching/keys.ts'
import type { TorturedMessage } from './messages.ts'
import type { Violations } from './violations.ts'

type Counted = NonNullable<TorturedMessage['counts']>

const lookupSize = 500

/** The expected counters of profiles: each counting message adds 1, once. */
export class Counters {
  readonly #counts = new Map<string, { readonly of: Counted; count: number }>()

  add(of: Counted): void {
    const name = `${of.db_id} ${of.contact}`
    const known = this.#counts.get(name) ?? { of, count: 0 }
    known.count += 1
    this.#counts.set(name, known)
  }

  /** Compares them with the read model; returns the number of profiles. */
  async compare(directory: ProfileDirectory, violations: Violations): Promise<number> {
    const all = [...this.#counts.values()]
    for (let i = 0; i < all.length; i += lookupSize) {
      const part = all.slice(i, i + lookupSize)
      const { matches } = await directory.lookup(
        part.map(({ of }) => ({
          database: { account_id: 1, db_id: of.db_id } as Database,
          keys: [keyOf(of)],
        })),
        [],
      )
      for (const [at, { of, count }] of part.entries()) {
        const held = matches[at]?.oldest[0]?.fields[of.contact.startsWith('+') ? 'calls' : 'visits']
        if (held !== count)
          violations.add('a counter that is wrong', `${of.db_id} ${of.contact}: ${held} instead of ${count}`)
      }
    }
    return all.length
  }
}

const keyOf = ({ contact }: Counted) => (contact.startsWith('+') ? phoneKey(contact) : emailKey(contact))
