import type { KeptMessage } from '../domain/events/current.ts'
import { contextOf } from '../domain/events/stored-event.ts'
import type { ImportId } from '../domain/ids.ts'
import { recordedEvent } from './history.ts'
import type { AuditIndex, ImportQuery } from './ports/audit-index.ts'
import type { EventStore } from './ports/event-store.ts'
import { comparePositions } from './ports/position.ts'

/** A message as originally received, to be resubmitted. */
export interface MessageToReplay {
  readonly replayOf: ImportId
  readonly body: Uint8Array
}

export type Replay =
  | ({ readonly tag: 'Kept' } & MessageToReplay)
  /** Its event is unreadable. */
  | { readonly tag: 'Unreadable'; readonly importId: ImportId }
  /** Only the beginning of a message over the limit is kept. */
  | { readonly tag: 'Truncated'; readonly importId: ImportId }
  /** It was already resubmitted: repeating that could double what it adds. */
  | { readonly tag: 'ReplayedBefore'; readonly importId: ImportId }

/** The kept message of one import; undefined if there is no such import. */
export const replayOfImport = async (
  auditIndex: AuditIndex,
  eventStore: EventStore,
  importId: ImportId,
): Promise<Replay | undefined> => {
  const record = (await auditIndex.lookup([importId], [])).records.get(importId)
  if (record === undefined) return undefined
  const recorded = await recordedEvent(eventStore, record)
  if (recorded === undefined) return undefined
  const { event } = recorded
  const message = contextOf(event)?.message
  return message === undefined ? { tag: 'Unreadable', importId } : kept(importId, message)
}

/** The kept messages of all imports that a query finds, oldest first, without repetitions. */
export async function* replaysOf(
  auditIndex: AuditIndex,
  eventStore: EventStore,
  query: ImportQuery,
): AsyncGenerator<Replay> {
  // The outcomes of the replays themselves are not replayed in turn.
  const end = await eventStore.end()
  for await (const { importId, repeats, position } of auditIndex.find(query)) {
    if (repeats !== undefined || comparePositions(position, end) > 0) continue
    if (await wasReplayed(auditIndex, importId)) {
      yield { tag: 'ReplayedBefore', importId }
      continue
    }
    const replay = await replayOfImport(auditIndex, eventStore, importId)
    if (replay !== undefined) yield replay
  }
}

const wasReplayed = async (auditIndex: AuditIndex, importId: ImportId): Promise<boolean> => {
  for await (const { replayOf } of auditIndex.find({ by: 'import', importId })) {
    if (replayOf === importId) return true
  }
  return false
}

const kept = (importId: ImportId, { truncated, body, encoding }: KeptMessage): Replay =>
  truncated
    ? { tag: 'Truncated', importId }
    : { tag: 'Kept', replayOf: importId, body: Buffer.from(body, encoding) }
