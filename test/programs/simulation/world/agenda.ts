interface Entry {
  readonly due: number
  /** Of entries due at the same time, the earlier entered comes first. */
  readonly number: number
  readonly run: () => void
}

const isBefore = (a: Entry, b: Entry): boolean => a.due < b.due || (a.due === b.due && a.number < b.number)

/** Future events, by the time when they are due: a binary heap. */
export class Agenda {
  readonly #heap: Array<Entry> = []
  #entered = 0

  enter(due: number, run: () => void): void {
    const entry = { due, number: this.#entered, run }
    this.#entered += 1
    let i = this.#heap.push(entry) - 1
    while (i > 0) {
      const above = (i - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || !isBefore(entry, parent)) break
      this.#heap[i] = parent
      i = above
    }
    this.#heap[i] = entry
  }

  take(): Entry | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (last === undefined || first === last) return first
    let i = 0
    for (;;) {
      let below = 2 * i + 1
      let child = this.#heap[below]
      const right = this.#heap[below + 1]
      if (right !== undefined && child !== undefined && isBefore(right, child)) {
        below += 1
        child = right
      }
      if (child === undefined || !isBefore(child, last)) break
      this.#heap[i] = child
      i = below
    }
    this.#heap[i] = last
    return first
  }
}
