import type { ImportEvent } from '../../domain/events/current.ts'
import { outcomeOf } from '../../domain/events/outcome-of.ts'
import { outcomeCode, type Verdict } from '../../domain/outcome.ts'

interface VerdictAndCode {
  readonly verdict: Verdict
  readonly code: number
}

/** How many outcomes differ in the same way. If only profile or changes differ, both sides are the same. */
export interface Transition {
  readonly from: VerdictAndCode
  readonly to: VerdictAndCode
  readonly count: number
}

export class Transitions {
  readonly #byBoth = new Map<string, Transition>()

  add(recorded: ImportEvent, rehearsed: ImportEvent): void {
    const [from, to] = [verdictAndCode(recorded), verdictAndCode(rehearsed)]
    const key = JSON.stringify([from, to])
    this.#byBoth.set(key, { from, to, count: 1 + (this.#byBoth.get(key)?.count ?? 0) })
  }

  /** The most frequent first. */
  all(): ReadonlyArray<Transition> {
    return [...this.#byBoth.values()].sort((a, b) => b.count - a.count)
  }
}

const verdictAndCode = (event: ImportEvent): VerdictAndCode => {
  const outcome = outcomeOf(event)
  return { verdict: outcome.verdict, code: outcomeCode(outcome) }
}
