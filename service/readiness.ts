import { errorWithoutText } from '../application/error-without-text.ts'
import { orAborted } from '../application/or-aborted.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import type { ImportSource } from '../application/ports/import-source.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import { StoreTrouble } from '../application/ports/store-trouble.ts'
import { mayBeLate } from '../projections/registry.ts'
import type { Components } from './components.ts'
import type { Checkpoints } from './progress.ts'
import type { Troubles } from './troubles.ts'

export interface Readiness {
  /** What is not ready, in words for an operator; empty if everything is ready. */
  reasons(): ReadonlyArray<string>
  /** True if nothing is wrong, but another process imports, or the read models are being built. */
  standingBy(): boolean
  /** Call when this process may start: its read models are built and it has the data folder. */
  claimed(): void
  /** Wraps the source to observe whether this process owns the queue. */
  observing(source: ImportSource): ImportSource
  /** Observes how far the projections are, until the signal aborts. */
  watch(signal: AbortSignal): Promise<void>
}

interface BrokerConnection {
  state(): string
}

export interface ReadinessSources {
  /** Undefined if the process does not import. */
  readonly incoming: BrokerConnection | undefined
  /** Undefined if the process does not reply. */
  readonly outgoing: BrokerConnection | undefined
  readonly troubles: Troubles
  readonly components: Components
  readonly eventStore: EventStore
  readonly checkpoints: Checkpoints
  readonly clock: Clock
}

/** Milliseconds between two looks at the checkpoints. */
const interval = 500
/** Milliseconds that a projection may take to reach an end of the log before the service counts as catching up. */
const patience = 10_000

export const createReadiness = (sources: ReadinessSources): Readiness => {
  const { incoming, outgoing, troubles, components, eventStore, checkpoints, clock } = sources
  let claimed = false
  let consuming = incoming === undefined
  /** By event processor: an end of the log that it still has to reach, and since when. */
  const awaited = new Map<string, { end: Position; since: number }>()
  const behind = new Set(checkpoints.keys())

  const look = async () => {
    const end = await eventStore.end()
    for (const [name, read] of checkpoints) {
      const checkpoint = (await read()) ?? beginning
      const goal = awaited.get(name) ?? { end, since: clock.elapsed() }
      if (comparePositions(checkpoint, goal.end) >= 0) {
        behind.delete(name)
        awaited.delete(name)
      } else {
        awaited.set(name, goal)
        if (clock.elapsed() - goal.since > patience) behind.add(name)
      }
    }
  }

  return {
    reasons: () => [
      ...(claimed || troubles.present().length > 0
        ? []
        : ['standing by: another process imports, or the read model is being built']),
      ...(claimed && !consuming ? ['standing by: this process does not consume the import queue'] : []),
      ...[incoming, outgoing].flatMap((connection, i) =>
        connection === undefined || connection.state() === 'open'
          ? []
          : [`RabbitMQ (${i === 0 ? 'imports' : 'replies'}): ${connection.state()}`],
      ),
      ...troubles.present().map((trouble) => `${trouble.with}: ${trouble.cause}`),
      ...[...components.defective]
        .filter((component) => !mayBeLate(component))
        .map((component) => `${component}: stopped by a defect, see the log`),
      ...[...behind].map((name) => `${name}: catching up`),
    ],
    standingBy: () =>
      troubles.present().length === 0 && (!claimed || (!consuming && incoming?.state() === 'open')),
    claimed: () => {
      claimed = true
    },
    observing: (source) => ({
      open: async (signal) => {
        consuming = false
        const session = await source.open(signal)
        consuming = session !== undefined
        return session
      },
    }),
    watch: async (signal) => {
      while (!signal.aborted) {
        try {
          // An unanswered check must not delay the shutdown.
          await orAborted(look(), signal)
          components.works('readiness')
        } catch (error) {
          // The prober reports the trouble of a store.
          if (!(error instanceof StoreTrouble || components.defective.has('readiness')))
            components.stopped('readiness', errorWithoutText(error))
        }
        await clock.sleep(interval, signal)
      }
    },
  }
}
