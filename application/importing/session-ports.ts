import type { ImportRules } from '../../domain/rules.ts'
import type { AuditIndex } from '../ports/audit-index.ts'
import type { Chance } from '../ports/chance.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Ids } from '../ports/ids.ts'
import type { ProfileDirectory } from '../ports/profile-directory.ts'
import type { ImportObserver } from './observer.ts'

export interface SessionPorts {
  /**
   * The log as projections read it, so that no decision is based on profiles that an unknown event would have changed.
   */
  readonly eventStore: EventStore
  readonly directory: ProfileDirectory
  readonly auditIndex: AuditIndex
  readonly clock: Clock
  readonly chance: Chance
  readonly ids: Ids
  readonly observer: ImportObserver
}

export interface ImporterSettings {
  readonly rules: ImportRules
  /** The version of the `profiles` projection whose keys the rules match by. */
  readonly profilesVersion: string
  readonly batchSize: number
  /** This many batches may wait for the projections before taking pauses. */
  readonly workingSetBatches: number
  /** The queue whose redeliveries are recognised, and how many of its messages may be unacknowledged at once. */
  readonly redeliveries: { readonly queue: string; readonly window: number } | undefined
}
