import { StoreTrouble } from '../../../../application/ports/store-trouble.ts'
import type { Random } from './random.ts'

/** What the outside may do, each with its probability per call; a history has some of these. */
export interface FaultRates {
  /** A call is slow: up to `slowest` milliseconds. */
  readonly slow: number
  readonly slowest: number
  /** A call fails before it has an effect, or after it. */
  readonly failed: number
  /** An append is written but its answer is lost; is never written; or is written after it was given up. */
  readonly appendLost: number
  readonly appendNever: number
  readonly appendLate: number
  /** A bulk write, or the publishing of several replies, stops halfway. */
  readonly cutShort: number
  /** The answer omits the last queries, as for very large profiles. */
  readonly largeAnswer: number
}

export const noFaults: FaultRates = {
  slow: 0,
  slowest: 0,
  failed: 0,
  appendLost: 0,
  appendNever: 0,
  appendLate: 0,
  cutShort: 0,
  largeAnswer: 0,
}

export type AppendFate = 'answered' | 'lost' | 'never' | 'late'

/** An error that the simulated outside made; any other is a defect of the code that runs in it. */
export class SimulatedFault extends StoreTrouble {
  constructor(text: string) {
    super('event store', 'away', text)
  }
}

/** What goes wrong between a process and the servers. */
export class Faults {
  readonly #random: Random
  #rates: FaultRates

  constructor(random: Random, rates: FaultRates) {
    this.#random = random
    this.#rates = rates
  }

  /** From now on nothing goes wrong. */
  end(): void {
    this.#rates = noFaults
  }

  /** Milliseconds that a message takes to arrive. */
  latency(): number {
    const { slow, slowest } = this.#rates
    return this.#random.chance(slow) ? this.#random.between(2, slowest) : this.#random.between(0.05, 1)
  }

  call(): 'answered' | 'failed before' | 'failed after' {
    if (!this.#random.chance(this.#rates.failed)) return 'answered'
    return this.#random.chance(0.5) ? 'failed before' : 'failed after'
  }

  append(): AppendFate {
    const { appendLost, appendNever, appendLate } = this.#rates
    if (this.#random.chance(appendLost)) return 'lost'
    if (this.#random.chance(appendNever)) return 'never'
    return this.#random.chance(appendLate) ? 'late' : 'answered'
  }

  cutsShort(): boolean {
    return this.#random.chance(this.#rates.cutShort)
  }

  leavesTheRest(): boolean {
    return this.#random.chance(this.#rates.largeAnswer)
  }
}
