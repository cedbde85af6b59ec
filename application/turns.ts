import type { Clock } from './ports/clock.ts'

/** Milliseconds of work without a turn of the event loop. One message may add its own time to that. */
const longest = 50

/** Lets heartbeats, health checks and the stop signal run while a batch is being processed. */
export class Turns {
  readonly #clock: Clock
  #since: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.elapsed()
  }

  /** Called between two messages. Undefined, so that nothing has to be awaited, until it is time. */
  next(): Promise<void> | undefined {
    return this.#clock.elapsed() - this.#since < longest ? undefined : this.#take()
  }

  async #take(): Promise<void> {
    await this.#clock.turn()
    this.#since = this.#clock.elapsed()
  }
}
