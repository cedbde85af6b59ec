import type { AllStreamRecordedEvent, AllStreamSubscription } from '@eventstore/db-client'
import { ConnectionGivenUp } from './connection-given-up.ts'
import { lettingGo } from './letting-go.ts'

/** A subscription of the client, to be pulled from. Read from it at once, because errors are emitted only once. */
export class PulledSubscription {
  readonly #subscription: AllStreamSubscription
  readonly #lost: AbortSignal
  readonly #letGo: () => void
  #failure: Error | undefined
  #caughtUp = false
  #signs = 0
  readonly #waiting = new Set<() => void>()

  constructor(subscription: AllStreamSubscription, lost: AbortSignal) {
    this.#subscription = subscription
    this.#lost = lost
    this.#letGo = lettingGo(subscription, () => subscription.unsubscribe())
    subscription.on('readable', this.ring)
    subscription.on('error', (error) => this.#fail(error))
    subscription.on('end', () => this.#fail(new Error('the server ended the subscription')))
    subscription.on('caughtUp', () => {
      this.#caughtUp = true
      this.ring()
    })
    lost.addEventListener('abort', this.#lose)
    if (lost.aborted) this.#lose()
  }

  /** A sign of life: ends every `wait`. */
  readonly ring = (): void => {
    this.#signs++
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** How many signs of life there were: events, errors, having caught up. */
  get signs(): number {
    return this.#signs
  }

  /** The next available event. @throws Error if there is none and the subscription is lost */
  take(): AllStreamRecordedEvent | undefined {
    for (;;) {
      const resolved: { readonly event?: AllStreamRecordedEvent } | null = this.#subscription.read()
      if (resolved === null) break
      if (resolved.event !== undefined) return resolved.event
    }
    if (this.#failure !== undefined) throw this.#failure
    return undefined
  }

  /**
   * Whether the server has said that the subscription caught up. The client reports this before it delivers the events
   * that it still buffers; these are all taken once `take` returns nothing.
   */
  get caughtUp(): boolean {
    return this.#caughtUp
  }

  /** Resolves when there were more signs than that. Call it before `take`, so that none is missed. */
  async wait(signs: number): Promise<void> {
    if (this.#signs === signs) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  close(): void {
    this.#lost.removeEventListener('abort', this.#lose)
    this.#letGo()
  }

  readonly #lose = (): void => this.#fail(new ConnectionGivenUp())

  #fail(error: Error): void {
    this.#failure ??= error
    this.ring()
  }
}
