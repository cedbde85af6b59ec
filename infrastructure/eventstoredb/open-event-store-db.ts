import type { Clock } from '../../application/ports/clock.ts'
import type { EventStore } from '../../application/ports/event-store.ts'
import { Connection } from './connection.ts'
import { createEventStore } from './event-store-db.ts'
import { StreamNames } from './stream-names.ts'

export interface OpenOptions {
  readonly clock: Clock
  /** Of every stream's name, for tests: they share a server, and each needs an empty log. */
  readonly prefix?: string
}

export interface EventStoreDb {
  readonly eventStore: EventStore
  /** Ends the subscriptions, as lost. */
  close(): Promise<void>
}

/** Connects when it is first used. @throws Error for a URL that the client does not take; its text is safe to show */
export const openEventStoreDb = (url: string, { clock, prefix = '' }: OpenOptions): EventStoreDb => {
  const connection = new Connection(url, clock)
  return {
    eventStore: createEventStore(connection, new StreamNames(prefix)),
    close: () => connection.close(),
  }
}
