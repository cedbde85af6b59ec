import { setMaxListeners } from 'node:events'
import { EventStoreDBClient } from '@eventstore/db-client'
import type { Clock } from '../../application/ports/clock.ts'
import { type Credentials, parseEventStoreUrl } from './event-store-url.ts'
import { errorText, needsNewClient } from './trouble.ts'
import { within } from './within.ts'

/** Milliseconds that a call may take; the client enforces it. */
const longestCall = 10_000
/** Milliseconds: if the client is still silent this long after the deadline, it is stuck. */
const grace = 2000
/** The client's work in memory on disposal need not take longer, and nothing depends on it. */
const closeTimeout = 1000

/**
 * These are the client's own credentials. Passing them with a call keeps an append out of the client's batch stream,
 * which all appends of all clients in the process would share. There, a transport error rejects every pending append of
 * the process; an answer that arrives later, and a write that waits for room, then throw where nobody can catch it; and
 * nothing has a deadline. A batch has few appends, one per database, so they are separate calls.
 */
export interface CallOptions {
  readonly credentials: Credentials
  /** Only a leader knows the current end, and it says itself whether it is one. */
  readonly requiresLeader: true
  readonly deadline: number
}

export interface ConnectedClient {
  readonly client: EventStoreDBClient
  /** Aborts when the client is given up. Its subscriptions and reads then end silently, so listen to this. */
  readonly lost: AbortSignal
}

/** The client in use, replaced when it is stuck. */
export class Connection {
  readonly clock: Clock
  readonly #options: CallOptions
  readonly #url: string
  #current: (ConnectedClient & { readonly lose: () => void }) | undefined
  #disposed: Promise<unknown> = Promise.resolve()
  readonly #closed = new AbortController()

  /** Connects on first use. @throws Error for a URL that the client rejects; its text does not contain the URL */
  constructor(url: string, clock: Clock, deadline = longestCall) {
    const parsed = parseEventStoreUrl(url)
    if (parsed === undefined) throw new Error('not an EventStoreDB URL')
    this.clock = clock
    // Every call in flight listens to it.
    setMaxListeners(0, this.#closed.signal)
    this.#options = { credentials: parsed.credentials, requiresLeader: true, deadline }
    this.#url = url
    this.#current = connect(url)
  }

  get current(): ConnectedClient {
    if (this.#current === undefined) throw new Error('the event store is closed')
    return this.#current
  }

  /** A call with one answer. Rejects with the client's error, with `NoAnswer`, or when the connection is closed. */
  async call<T>(action: (client: EventStoreDBClient, options: CallOptions) => Promise<T>): Promise<T> {
    const connected = this.current
    try {
      const patience = this.#options.deadline + grace
      return await within(this.clock, patience, action(connected.client, this.#options), this.#closed.signal)
    } catch (error) {
      this.failed(connected, error)
      throw error
    }
  }

  /** Call with every other error of a client. */
  failed({ client }: ConnectedClient, error: unknown): void {
    if (this.#current?.client !== client || !needsNewClient(error)) return
    const next = connect(this.#url)
    this.#dispose()
    this.#current = next
  }

  /** Ends everything that waits for an answer. */
  async close(): Promise<void> {
    this.#closed.abort()
    this.#dispose()
    await this.#disposed
  }

  #dispose(): void {
    const old = this.#current
    this.#current = undefined
    if (old === undefined) return
    old.lose()
    this.#disposed = Promise.allSettled([
      this.#disposed,
      within(this.clock, closeTimeout, old.client.dispose()),
    ])
  }
}

const connect = (url: string): ConnectedClient & { readonly lose: () => void } => {
  const lost = new AbortController()
  return { client: newClient(url), lost: lost.signal, lose: () => lost.abort() }
}

const newClient = (url: string): EventStoreDBClient => {
  try {
    return survivingItsErrors(EventStoreDBClient.connectionString(url))
  } catch (error) {
    // A missing certificate file; mistakes in the URL itself have been found before.
    throw new Error(`EventStoreDB client: ${errorText(error)}`)
  }
}

/**
 * The client does not await its own error handling, which fails if a discovery that started meanwhile finds no node.
 * Such an unhandled rejection would end the process.
 */
const survivingItsErrors = (client: EventStoreDBClient): EventStoreDBClient => {
  const handleError: unknown = Reflect.get(client, 'handleError')
  if (typeof handleError !== 'function') throw new Error('unexpected version')
  Reflect.set(client, 'handleError', (...argv: ReadonlyArray<unknown>) =>
    Promise.resolve(handleError(...argv)).catch(() => {}),
  )
  return client
}
