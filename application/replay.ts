import type { KeptMessage as StoredMessage } from '../domain/events/current.ts'
import { contextOf } from '../domain/events/stored-event.ts'
import type { ImportId } from '../domain/ids.ts'
import { recordedEvent } from './history.ts'
import type { EventStore } from './ports/event-store.ts'
import type { ImportLog, ImportQuery } from './ports/import-log.ts'
import { comparePositions } from './ports/position.ts'

/** A message as it was received once, to be submitted again. */
export interface KeptMessage {
  readonly replayOf: ImportId
  readonly body: Uint8Array
}

export type Replay =
  | ({ readonly tag: 'Kept' } & KeptMessage)
  /** Its event cannot be read any more. */
  | { readonly tag: 'Unreadable'; readonly importId: ImportId }
  /** Of a message over MAX_MESSAGE_BYTES only the beginning is kept. */
  | { readonly tag: 'Truncated'; readonly importId: ImportId }
  /** It was submitted again before: another time could double what it adds. */
  | { readonly tag: 'ReplayedBefore'; readonly importId: ImportId }

/** The kept message of one import; undefined when there is no such import. */
export const replayOfImport = async (
  importLog: ImportLog,
  eventStore: EventStore,
  importId: ImportId,
): Promise<Replay | undefined> => {
  const record = (await importLog.lookup([importId], [])).records.get(importId)
  if (record === undefined) return undefined
  const recorded = await recordedEvent(eventStore, record)
  if (recorded === undefined) return undefined
  const { event } = recorded
  const message = contextOf(event)?.message
  return message === undefined ? { tag: 'Unreadable', importId } : kept(importId, message)
}

/** The kept messages of all imports that a query finds, oldest first; repetitions aside. */
export async function* replaysOf(
  importLog: ImportLog,
  eventStore: EventStore,
  query: ImportQuery,
): AsyncGenerator<Replay> {
  // What the replays themselves come to is not replayed in turn.
  const end = await eventStore.end()
  for await (const { importId, repeats, position } of importLog.find(query)) {
    if (repeats !== undefined || comparePositions(position, end) > 0) continue
    if (await wasReplayed(importLog, importId)) {
      yield { tag: 'ReplayedBefore', importId }
      continue
    }
    const replay = await replayOfImport(importLog, eventStore, importId)
    if (replay !== undefined) yield replay
  }
}

const wasReplayed = async (importLog: ImportLog, importId: ImportId): Promise<boolean> => {
  for await (const { replayOf } of importLog.find({ by: 'import', importId })) {
    if (replayOf === importId) return true
  }
  return false
}

const kept = (importId: ImportId, { truncated, body, encoding }: StoredMessage): Replay =>
  truncated
    ? { tag: 'Truncated', importId }
    : { tag: 'Kept', replayOf: importId, body: Buffer.from(body, encoding) }
