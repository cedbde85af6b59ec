import { noContent } from '../../domain/content-after.ts'
import { type Effects, effectsOf } from '../../domain/effects.ts'
import type { StoredEvent } from '../../domain/events/stored-event.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { AuditIndex, ImportRecord } from '../ports/audit-index.ts'
import type { EventStore, RecordedEvent } from '../ports/event-store.ts'
import type { ReplyBody } from '../ports/reply-sink.ts'
import { recordedEvent } from '../recorded-events.ts'
import { replyTo } from '../reply-to.ts'
import { type HistoryEntry, originalOf } from './history.ts'
import { effectsOfStep, lifeOf } from './profile-life.ts'

/** All that the log holds about one import. */
export interface Explanation extends HistoryEntry {
  /** What it did to its profile; undefined if it changed none, or cannot be read. */
  readonly effects: Effects | undefined
  readonly reply: ReplyBody | undefined
  /** Oldest first, like the replays. */
  readonly repetitions: ReadonlyArray<ImportRecord>
  readonly replays: ReadonlyArray<ImportRecord>
}

/** Undefined if there is no such import. */
export const explain = async (
  auditIndex: AuditIndex,
  eventStore: EventStore,
  importId: ImportId,
): Promise<Explanation | undefined> => {
  const { records } = await auditIndex.lookup([importId], [])
  const record = records.get(importId)
  const recorded = record && (await recordedEvent(eventStore, record))
  if (recorded === undefined) return undefined
  const [repetitions, replays]: [Array<ImportRecord>, Array<ImportRecord>] = [[], []]
  for await (const other of auditIndex.find({ by: 'import', importId })) {
    if (other.repeats === importId) repetitions.push(other)
    else if (other.replayOf === importId) replays.push(other)
  }
  const original = await originalOf(auditIndex, eventStore, recorded)
  return {
    recorded,
    ...(original !== undefined && { original }),
    effects: await effectsOfImport(auditIndex, eventStore, recorded),
    reply: replyTo(recorded)?.body,
    repetitions,
    replays,
  }
}

/** What the event of an import did to its profile. */
export const effectsOfImport = async (
  auditIndex: AuditIndex,
  eventStore: EventStore,
  { event, revision }: RecordedEvent,
): Promise<Effects | undefined> => {
  if (!isChange(event)) return undefined
  for await (const step of lifeOf(auditIndex, eventStore, event.public.profile_id))
    if (step.revision === revision) return effectsOfStep(step)
  // The creation of the profile cannot be read.
  return effectsOf(noContent, event)
}

const isChange = (event: StoredEvent) => event.type === 'ProfileCreated' || event.type === 'ProfileUpdated'
