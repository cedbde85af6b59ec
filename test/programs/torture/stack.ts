import type { ImportQueueType } from '../../../infrastructure/rabbitmq/import-queue.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import type { StoresPlace } from '../../support/real-processes/recorded-events.ts'
import type { Deck } from './fault-plan.ts'
import type { Victims } from './faults.ts'

/** What a torture run consists of: services, servers, their faults, and where the oracle looks. */
export interface TortureStack extends Victims {
  readonly broker: PrivateBroker
  readonly deck: Deck
  /** The URLs that bypass the proxies. */
  readonly stores: StoresPlace
  /** Messages to feed it. */
  readonly pace: Pace
  /** Its description in the report. */
  readonly about: Readonly<Record<string, unknown>>
  /** Ends everything. Files worth examining stay in the folder. */
  dispose(keep: boolean): Promise<void>
}

export interface Pace {
  readonly perSecond: number
  /** The feeder stays at most this many messages ahead of the highest one that was answered. */
  readonly ahead: number
}

export interface StackOptions {
  /** The folder of the run. */
  readonly folder: string
  readonly minutes: number
  readonly queueType: ImportQueueType
  /** Reports anything remarkable. */
  readonly say: (text: string) => void
}
