import type { Clock } from '../ports/clock.ts'

/** Milliseconds of work without a turn of the event loop; one message may add its own time to that. */
const longest = 50

/** Lets heartbeats, health and the stop signal in while a batch is worked through. */
export class Turns {
  readonly #clock: Clock
  #since: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.elapsed()
  }

  /** Called between two messages. Undefined, and so for nothing to be waited for, as long as it is not time. */
  next(): Promise<void> | undefined {
    return this.#clock.elapsed() - this.#since < longest ? undefined : this.#take()
  }

  async #take(): Promise<void> {
    await this.#clock.turn()
    this.#since = this.#clock.elapsed()
  }
}
