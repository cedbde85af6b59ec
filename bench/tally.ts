/** Counts what each piece of work (a batch, an apply) does, and keeps the maximum. */
export class Tally {
  readonly #most = new Map<string, number>()
  #present = new Map<string, number>()

  count(what: string): void {
    const count = (this.#present.get(what) ?? 0) + 1
    this.#present.set(what, count)
    this.#most.set(what, Math.max(count, this.#most.get(what) ?? 0))
  }

  /** Starts the next piece. */
  next(): void {
    this.#present = new Map()
  }

  get most(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#most].sort(([a], [b]) => a.localeCompare(b)))
  }
}
