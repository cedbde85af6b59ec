import type { ImportQueueType } from '../../../infrastructure/rabbitmq/import-queue.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import type { StoresPlace } from '../../support/real-processes/recorded-events.ts'
import type { Deck } from './fault-plan.ts'
import type { Victims } from './faults.ts'

/** What a run of the torture is about: services, servers, what may befall them, and where the oracle looks. */
export interface TortureStack extends Victims {
  readonly broker: PrivateBroker
  readonly deck: Deck
  /** Past the proxies. */
  readonly stores: StoresPlace
  /** Messages that it is fed. */
  readonly pace: Pace
  /** What the report says of it. */
  readonly about: Readonly<Record<string, unknown>>
  /** Ends all. What is to be kept for a look at it stays in the folder. */
  dispose(keep: boolean): Promise<void>
}

export interface Pace {
  readonly perSecond: number
  /** The feeder keeps only so many messages ahead of the highest that was answered. */
  readonly ahead: number
}

export interface StackOptions {
  /** The run's own. */
  readonly folder: string
  readonly minutes: number
  readonly queueType: ImportQueueType
  /** Tells what is remarkable. */
  readonly say: (text: string) => void
}
