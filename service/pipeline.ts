import type { ImporterSettings, SessionPorts } from '../application/importing/session-ports.ts'
import type { AuditIndex } from '../application/ports/audit-index.ts'
import type { Chance } from '../application/ports/chance.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { EventStore, RecordedEvent } from '../application/ports/event-store.ts'
import type { ImportSource } from '../application/ports/import-source.ts'
import type { ReplySink } from '../application/ports/reply-sink.ts'
import type { EventProcessorObserver } from '../application/processing/run-event-processor.ts'
import type { Components } from './components.ts'
import type { OutlastObserver } from './outlast.ts'
import type { Checkpoints } from './progress.ts'
import type { RepliesFrom } from './reply-checkpoint.ts'

export interface Importing extends SessionPorts {
  readonly source: ImportSource
  readonly settings: Omit<ImporterSettings, 'redeliveries'>
  /** How many messages of the queue may be unacknowledged at once. */
  readonly prefetch: number
}

export interface Replying {
  readonly sink: ReplySink
  readonly onReplied: (events: ReadonlyArray<RecordedEvent>) => void
}

export interface Pipeline {
  /** The log as projections read it. */
  readonly eventStore: EventStore
  readonly auditIndex: AuditIndex
  readonly clock: Clock
  readonly chance: Chance
  readonly queue: string
  /** Undefined if other processes import. */
  readonly importing: Importing | undefined
  /** Undefined if other processes reply. */
  readonly replying: Replying | undefined
  /** What else runs until the signal aborts, including the projections of the read models. */
  readonly beside: ReadonlyArray<(signal: AbortSignal) => Promise<void>>
  /** The checkpoints of the read models that importing looks up. */
  readonly lookedUp: Checkpoints
  /** The checkpoints that `beside` moves. */
  readonly projected: Checkpoints
  readonly repliesFrom: RepliesFrom | undefined
  readonly processing: EventProcessorObserver
  readonly components: Pick<Components, 'stopped' | 'works'>
  /** Told at the end of a stop which of them, read models or `replies`, have not reached the end of the log. */
  readonly leftBehind: (names: ReadonlyArray<string>) => void
  /** Observes stores that are away before the first message is taken. */
  readonly starting: OutlastObserver
}
