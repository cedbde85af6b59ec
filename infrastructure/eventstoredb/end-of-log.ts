import { BACKWARDS, END } from '@eventstore/db-client'
import { beginning, comparePositions, type Position } from '../../application/ports/position.ts'
import type { Connection } from './connection.ts'
import { follow } from './follow.ts'
import { toPosition } from './position.ts'
import { reading } from './read-events.ts'
import type { StreamNames } from './stream-names.ts'
import { positionOf, recordedForm } from './to-recorded-event.ts'

/** Events of others after ours that may be read in vain: a month of server statistics, or 5 s. */
const longestTail = 100_000

const later = (a: Position, b: Position): Position => (comparePositions(a, b) >= 0 ? a : b)

/**
 * The position of our last event. The end of $all is never ours: system events, links of projections, our own
 * checkpoints and other applications follow. So $all is read backwards to the first event that is ours, or that was the
 * last of all in the previous search. If others have written more than a tail meanwhile, the server searches it, from
 * our last known event; a process that knows none receives the whole log.
 */
export class EndOfLog {
  readonly #connection: Connection
  readonly #names: StreamNames
  readonly #tail: number
  /** Our last known event. */
  #known = beginning
  /** There is no event of ours between `#known` and this position of $all. */
  #searched = beginning

  constructor(connection: Connection, names: StreamNames, tail = longestTail) {
    this.#connection = connection
    this.#names = names
    this.#tail = tail
  }

  /** The position of an event of ours, as the event itself says. A position without an event would never be reached. */
  saw(position: Position): void {
    this.#known = later(this.#known, position)
  }

  async find(): Promise<Position> {
    const searched = later(this.#known, this.#searched)
    let top: Position | undefined
    let passed = 0
    for await (const event of this.#backwards()) {
      const position = toPosition(positionOf(event))
      top ??= position
      if (comparePositions(position, searched) <= 0) return this.#found(top)
      if (this.#names.own(event.streamId) !== undefined) {
        this.saw(position)
        return this.#found(top)
      }
      passed++
    }
    // All of $all is shorter than a tail.
    if (passed < this.#tail) return this.#found(top ?? beginning)
    const never = new AbortController().signal
    const rest = follow(this.#connection, this.#names, recordedForm, this.#known, never, 'stop')
    for await (const batch of rest) this.saw(batch.at(-1)?.position ?? beginning)
    return this.#found(top ?? beginning)
  }

  #found(top: Position): Position {
    this.#searched = later(this.#searched, top)
    return this.#known
  }

  /** Little is prefetched, because the first event is often ours. */
  #backwards() {
    return reading(this.#connection, '$all', (client, options) =>
      client.readAll(
        { ...options, direction: BACKWARDS, fromPosition: END, maxCount: this.#tail },
        { highWaterMark: 16 },
      ),
    )
  }
}
