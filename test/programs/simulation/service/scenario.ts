import type { Published } from '../broker/queue-entry.ts'
import { type FaultRates, noFaults } from '../world/faults.ts'
import type { Random } from '../world/random.ts'
import { type Incident, incidentOf, type Kind, kinds, redelivering } from './incidents.ts'
import { messagesOf } from './messages.ts'
import { anyField, oneField, twoFields, type Version } from './versions.ts'

export interface Timed<A> {
  /** Milliseconds from the beginning. */
  readonly at: number
  readonly what: A
}

/** What the seed determines before anything happens. */
export interface Scenario {
  readonly queues: ReadonlyArray<string>
  readonly processesPerQueue: number
  readonly batchSize: number
  /** As with one data folder: one process imports at a time, whatever it believes about the queue. */
  readonly isClaimed: boolean
  readonly isTransactional: boolean
  readonly isIdempotent: boolean
  readonly rates: FaultRates
  readonly version: Version
  /** From the first deployment on, until the next. */
  readonly nextVersion: Version
  readonly messages: ReadonlyArray<Timed<Published>>
  readonly incidents: ReadonlyArray<Timed<Incident>>
  /** When a kept message is replayed. */
  readonly replays: ReadonlyArray<number>
  /** When the last incident is over. */
  readonly end: number
}

const ratesOf = (random: Random): FaultRates => {
  if (random.chance(0.2)) return noFaults
  const sometimes = (most: number) => (random.chance(0.5) ? 0 : random.between(0, most))
  return {
    slow: sometimes(0.1),
    slowest: random.pick(50, 500, 3000),
    failed: sometimes(0.05),
    appendLost: sometimes(0.2),
    appendNever: sometimes(0.2),
    appendLate: sometimes(0.2),
    cutShort: sometimes(0.1),
    largeAnswer: sometimes(0.3),
  }
}

export const scenarioOf = (random: Random, focus?: ReadonlyArray<Kind>): Scenario => {
  const queues = random.chance(0.25) ? ['imports', 'others'] : ['imports']
  const processesPerQueue = random.integer(1, 2)
  const duration = random.between(500, 12_000)
  const present = focus ?? kinds.filter(() => random.chance(0.3))
  const incidents = Array.from({ length: present.length === 0 ? 0 : random.integer(1, 8) }, () => {
    const kind = present[random.integer(0, present.length - 1)] ?? 'kill'
    const who = random.integer(0, queues.length * processesPerQueue - 1)
    return { at: random.between(0, duration), what: incidentOf(kind, who, random) }
  })
  const twins = processesPerQueue === 1 && !present.some((kind) => redelivering.has(kind))
  const published = messagesOf(random, {
    queues,
    count: random.integer(10, 60),
    identified: random.pick(0, 0.5, 0.5, 1),
    repeated: random.pick(0, 0.2),
    twins,
  })
  // In bursts, so that batches differ in size.
  const moments = published.map(() => random.between(0, duration)).sort((a, b) => a - b)
  const burst = random.integer(1, 12)
  const [version, nextVersion] = random.pick(
    [anyField, twoFields],
    [anyField, oneField],
    [twoFields, oneField],
    [oneField, twoFields],
    [oneField, anyField],
  )
  const circumstances = {
    queues,
    processesPerQueue,
    batchSize: random.pick(1, 2, 3, 5, 8, 20),
    isClaimed: queues.length === 1 && random.chance(0.4),
    isTransactional: random.chance(0.4),
    isIdempotent: random.chance(0.5),
    rates: ratesOf(random),
    version,
    nextVersion,
    messages: published.map((what, n) => ({ at: moments[n - (n % burst)] ?? 0, what })),
  }
  // Twins cannot be told apart once they are redelivered.
  if (focus === undefined && !twins && random.chance(0.2))
    incidents.push({ at: random.between(0, duration), what: incidentOf('restore', 0, random) })
  const replays = Array.from({ length: random.chance(0.4) ? random.integer(1, 20) : 0 }, () =>
    random.between(0, duration),
  )
  return {
    ...circumstances,
    replays,
    incidents: incidents.sort((a, b) => a.at - b.at),
    end: Math.max(duration, ...incidents.map(({ at, what }) => at + ('ms' in what ? what.ms : 0))),
  }
}
