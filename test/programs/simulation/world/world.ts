import { Agenda } from './agenda.ts'
import type { Random } from './random.ts'

/** The start of every simulated history: milliseconds since 1970. */
export const beginningOfTime = 1_700_000_000_000

/** Lets all microtasks run before the event loop takes its next turn. */
const allPromisesSettled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Virtual time, and the only agenda of everything that happens in it. Between two entries all promises settle, and
 * nothing waits for real I/O: the seed determines the whole history.
 */
export class World {
  /** Milliseconds since 1970. */
  now = beginningOfTime
  readonly random: Random
  readonly violations: Array<string> = []
  readonly trace: Array<string> = []
  readonly #agenda = new Agenda()
  readonly #traced: boolean

  constructor(random: Random, traced: boolean) {
    this.random = random
    this.#traced = traced
  }

  /** `ms` milliseconds from now. */
  after(ms: number, run: () => void): void {
    this.#agenda.enter(this.now + ms, run)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** Adds a line to the trace; `what` is called only if somebody reads it. */
  say(who: string, what: () => string): void {
    if (!this.#traced) return
    const seconds = ((this.now - beginningOfTime) / 1000).toFixed(4).padStart(10)
    this.trace.push(`${seconds} ${who.padEnd(10)} ${what()}`)
  }

  /** Reports a broken promise: the history ends here. */
  violate(what: string): void {
    this.say('ORACLE', () => what)
    this.violations.push(what)
  }

  /** Lets time pass until `isDone`, a violation, or `limit` milliseconds later. Returns whether it is done. */
  async runUntil(isDone: () => boolean, limit: number): Promise<boolean> {
    const end = this.now + limit
    while (this.violations.length === 0) {
      if (isDone()) return true
      const next = this.#agenda.take()
      if (next === undefined || next.due > end) return false
      this.now = next.due
      next.run()
      await allPromisesSettled()
    }
    return false
  }
}
