/** The violations that a run found: all are counted, and the first of each kind is reported. */
export class Violations {
  readonly #found = new Map<string, { count: number; examples: Array<string> }>()

  add(what: string, example: string): void {
    const known = this.#found.get(what) ?? { count: 0, examples: [] }
    known.count += 1
    if (known.examples.length < 5) known.examples.push(example)
    this.#found.set(what, known)
  }

  list(): ReadonlyArray<{ what: string; count: number; examples: ReadonlyArray<string> }> {
    return [...this.#found].map(([what, { count, examples }]) => ({ what, count, examples }))
  }
}
