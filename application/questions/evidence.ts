import { hash } from 'node:crypto'
import { canonicalJson } from '../../domain/canonical-json.ts'
import type { Effects } from '../../domain/effects.ts'
import type { ImportId, ProfileId } from '../../domain/ids.ts'
import type { AuditIndex } from '../ports/audit-index.ts'
import type { EventStore, RecordedEvent } from '../ports/event-store.ts'
import { comparePositions, type Position } from '../ports/position.ts'
import type { ReplyBody } from '../ports/reply-sink.ts'
import { replyTo } from '../reply-to.ts'
import { effectsOfImport } from './explain.ts'
import { type HistoryEntry, history } from './history.ts'
import { effectsOfStep, lifeFollower } from './profile-life.ts'

export type EvidenceQuery =
  | { readonly by: 'import'; readonly importId: ImportId }
  | { readonly by: 'profile'; readonly profileId: ProfileId }

/** All that the log holds of one event, and what follows from it. */
export interface EvidenceEntry extends HistoryEntry {
  /** What it did to its profile; undefined if it changed none. */
  readonly effects: Effects | undefined
  readonly reply: ReplyBody | undefined
  /** SHA-256, in hex, of the event's three parts as canonical JSON; undefined if they cannot be read. */
  readonly sha256: string | undefined
}

/**
 * The events of a profile, or of an import with its repetitions and replays, oldest first, up to a position: called
 * again, it gives the same.
 */
export async function* evidenceOf(
  auditIndex: AuditIndex,
  eventStore: EventStore,
  query: EvidenceQuery,
  end: Position,
): AsyncGenerator<EvidenceEntry> {
  const stepOf = lifeFollower()
  const effectsIn = async (recorded: RecordedEvent): Promise<Effects | undefined> => {
    if (query.by === 'import') return effectsOfImport(auditIndex, eventStore, recorded)
    const step = stepOf(recorded)
    return step && effectsOfStep(step)
  }
  for await (const entry of history(auditIndex, eventStore, query)) {
    const { recorded } = entry
    if (comparePositions(recorded.position, end) > 0) continue
    const effects = await effectsIn(recorded)
    yield { ...entry, effects, reply: replyTo(recorded)?.body, sha256: sha256Of(recorded) }
  }
}

const sha256Of = ({ event }: RecordedEvent): string | undefined => {
  if (event.type === 'Unreadable') return undefined
  const { public: known, personal, message } = event
  return hash('sha256', canonicalJson({ public: known, personal, message }), 'hex')
}
