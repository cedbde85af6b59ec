import { BACKWARDS, END } from '@eventstore/db-client'
import type { Clock } from '../../application/ports/clock.ts'
import type { EventStore } from '../../application/ports/event-store.ts'
import type { RawTarget } from '../../application/ports/raw-log.ts'
import { Connection } from './connection.ts'
import { createEventStore } from './event-store-db.ts'
import { requireCurrentProjections } from './install-projections.ts'
import { createRawLog } from './raw-log.ts'
import { readEvents } from './read-events.ts'
import { StreamNames } from './stream-names.ts'

export interface OpenOptions {
  readonly clock: Clock
  /** The prefix of every stream name, for tests, which share a server and each need an empty log. */
  readonly prefix?: string
}

export interface EventStoreDb {
  readonly eventStore: EventStore
  readonly rawLog: RawTarget
  /** Reads one event. @throws StoreTrouble */
  probe(): Promise<void>
  /** Call before anything is written. @throws OutdatedProjection, StoreTrouble */
  prepare(): Promise<void>
  /** Ends the subscriptions, as lost. */
  close(): Promise<void>
}

const lastOfAll = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const

/** Connects on first use. @throws Error for a URL that the client rejects; its text is safe to show */
export const openEventStoreDb = (url: string, { clock, prefix = '' }: OpenOptions): EventStoreDb => {
  const connection = new Connection(url, clock)
  const names = new StreamNames(prefix)
  return {
    eventStore: createEventStore(connection, names),
    rawLog: createRawLog(connection, names),
    probe: async () => {
      await readEvents(connection, '$all', (client, options) => client.readAll({ ...options, ...lastOfAll }))
    },
    prepare: async () => {
      await requireCurrentProjections(connection, names)
    },
    close: () => connection.close(),
  }
}
