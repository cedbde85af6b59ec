import type { AllStreamRecordedEvent, AllStreamSubscription } from '@eventstore/db-client'

/** A subscription of the client to be pulled from. It must be read from at once, for errors are told once. */
export class PulledSubscription {
  readonly #subscription: AllStreamSubscription
  readonly #lost: AbortSignal
  #failure: Error | undefined
  #caughtUp = false
  /** Something has happened since the last `wait`. */
  #rung = false
  #wake: (() => void) | undefined

  constructor(subscription: AllStreamSubscription, lost: AbortSignal) {
    this.#subscription = subscription
    this.#lost = lost
    subscription.on('readable', this.ring)
    subscription.on('error', (error) => this.#fail(error))
    subscription.on('end', () => this.#fail(new Error('the server has ended the subscription')))
    subscription.on('caughtUp', () => {
      this.#caughtUp = true
      this.ring()
    })
    lost.addEventListener('abort', this.#lose)
    if (lost.aborted) this.#lose()
  }

  /** Ends a `wait`. */
  readonly ring = (): void => {
    this.#rung = true
    this.#wake?.()
  }

  /** The next event that is there. @throws Error when there is none and the subscription is lost */
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
   * Whether the server has said that it sent all there was. The client tells this ahead of the events that it still
   * buffers: they are all taken once `take` gives nothing.
   */
  get caughtUp(): boolean {
    return this.#caughtUp
  }

  /** Resolves when there may be something new: an event, an error, the end of the past. */
  async wait(): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    this.#rung = false
  }

  close(): void {
    this.#lost.removeEventListener('abort', this.#lose)
    this.#subscription.unsubscribe().catch(() => {})
  }

  readonly #lose = (): void => this.#fail(new Error('the connection is given up'))

  #fail(error: Error): void {
    this.#failure ??= error
    this.ring()
  }
}
