import { EventStoreDBClient } from '@eventstore/db-client'
import type { Clock } from '../../application/ports/clock.ts'
import { type Credentials, parseEventStoreUrl } from './event-store-url.ts'
import { errorText, needsNewClient } from './trouble.ts'
import { within } from './within.ts'

/** Milliseconds. The deadline is the client's; should it keep silent beyond it, the client is stuck. */
const deadline = 10_000
const patience = 12_000
/** What the client does in its memory when it is disposed need not take longer, and nothing depends on it. */
const farewell = 1000

/**
 * The credentials are the client's anyway. Said for a call, they keep an append from the client's batch stream, which all
 * appends of all clients of the process would share: an error of its transport rejects every pending append of the
 * process; an answer that comes after that, and a write that waits for room, then throw where nobody can catch it; and
 * none of it has a deadline. The appends of a batch are few, one for each database, so they are calls of their own.
 */
export interface CallOptions {
  readonly credentials: Credentials
  /** Only a leader knows the present end, and says itself whether it is one. */
  readonly requiresLeader: true
  readonly deadline: number
}

export interface ConnectedClient {
  readonly client: EventStoreDBClient
  /** Aborts when the client is given up. Its subscriptions and reads then end without a word: listen to this. */
  readonly lost: AbortSignal
}

/** The client in use, and a new one in its place when it is stuck. */
export class Connection {
  readonly clock: Clock
  readonly #options: CallOptions
  readonly #url: string
  #current: (ConnectedClient & { readonly lose: () => void }) | undefined
  #disposed: Promise<unknown> = Promise.resolve()
  readonly #closed = new AbortController()

  /** Connects when it is first used. @throws Error for a URL that the client does not take; without the URL in its text */
  constructor(url: string, clock: Clock) {
    const parsed = parseEventStoreUrl(url)
    if (parsed === undefined) throw new Error('not a URL of EventStoreDB')
    this.clock = clock
    this.#options = { credentials: parsed.credentials, requiresLeader: true, deadline }
    this.#url = url
    this.#current = connect(url)
  }

  get current(): ConnectedClient {
    if (this.#current === undefined) throw new Error('the event store is closed')
    return this.#current
  }

  /** A call that is answered once. Rejects with the client's error, with `NoAnswer`, or when the connection is closed. */
  async call<T>(action: (client: EventStoreDBClient, options: CallOptions) => Promise<T>): Promise<T> {
    const connected = this.current
    try {
      return await within(this.clock, patience, action(connected.client, this.#options), this.#closed.signal)
    } catch (error) {
      this.failed(connected, error)
      throw error
    }
  }

  /** To be told of every other error of a client. */
  failed({ client }: ConnectedClient, error: unknown): void {
    if (this.#current?.client !== client || !needsNewClient(error)) return
    const next = connect(this.#url)
    this.#dispose()
    this.#current = next
  }

  /** Ends all that waits for an answer. */
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
    this.#disposed = Promise.allSettled([this.#disposed, within(this.clock, farewell, old.client.dispose())])
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
    // A missing certificate file; what is wrong with the URL itself is found before.
    throw new Error(`EventStoreDB client: ${errorText(error)}`)
  }
}

/**
 * The client does not await its own handling of an error, which itself fails when a discovery that began meanwhile finds
 * no node. Such a rejection, which nobody handles, would end the process.
 */
const survivingItsErrors = (client: EventStoreDBClient): EventStoreDBClient => {
  const handleError: unknown = Reflect.get(client, 'handleError')
  if (typeof handleError !== 'function') throw new Error('not the version that is known')
  Reflect.set(client, 'handleError', (...argv: ReadonlyArray<unknown>) =>
    Promise.resolve(handleError(...argv)).catch(() => {}),
  )
  return client
}
