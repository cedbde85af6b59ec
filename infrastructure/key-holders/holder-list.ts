import type { IdentityKey } from '../../domain/matching/identity-key.ts'

/** Which profiles of a database have a key, by `created_revision`: one page of them at a time. */
export class HolderList {
  readonly key: IdentityKey
  /** All holders before it are known, or no longer needed. Infinity: there are no more. */
  end = 0
  /** How many have been read. */
  pages = 0
  #page: ReadonlyArray<number> = []

  constructor(key: IdentityKey) {
    this.key = key
  }

  /** `page`: the first holders from where the list is needed, at most `limit`. */
  fill(page: ReadonlyArray<number>, limit: number): void {
    this.#page = page
    this.pages += 1
    this.end = page.length < limit ? Number.POSITIVE_INFINITY : (page.at(-1) ?? 0) + 1
  }

  /** The earliest possible holder, `from` or later; Infinity if there is none. */
  next(from: number): number {
    return this.#page[this.#indexOf(from)] ?? Math.max(this.end, from)
  }

  /** How many holders are known, `from` or later. */
  count(from: number): number {
    return this.#page.length - this.#indexOf(from)
  }

  /** The known holders, `from` or later. */
  known(from: number): ReadonlyArray<number> {
    return this.#page.slice(this.#indexOf(from))
  }

  /** The known holders, `from` or later and before `to`: a bit for each. */
  bits(from: number, to: number): Uint32Array {
    const bits = new Uint32Array(Math.ceil((to - from) / 32))
    const after = this.#indexOf(to)
    for (let i = this.#indexOf(from); i < after; i++) {
      const offset = (this.#page[i] ?? 0) - from
      bits[offset >>> 5] = (bits[offset >>> 5] ?? 0) | (1 << (offset & 31))
    }
    return bits
  }

  /** The index of the first known holder that is not before `from`. */
  #indexOf(from: number): number {
    let [low, high] = [0, this.#page.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#page[middle] ?? 0) < from) low = middle + 1
      else high = middle
    }
    return low
  }
}
