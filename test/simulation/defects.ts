import { Redeliveries } from '../../application/importing/redeliveries.ts'
import { WorkingSet } from '../../application/importing/working-set.ts'
import type { AppendResult, StreamAppend } from '../../application/ports/event-store.ts'
import type { ImportSession } from '../../application/ports/import-source.ts'
import { comparePositions, type Position } from '../../application/ports/position.ts'
import type { ProfileDocument } from '../../application/ports/profile-document.ts'
import type { Plant } from './service/cluster.ts'
import type { Outside } from './service/outside.ts'
import type { Ports } from './service/run-service.ts'
import type { Incident } from './service/scenario.ts'

/** A mistake that somebody might make, planted from outside: the shipped code knows nothing of it. */
export interface Defect {
  readonly name: string
  /** How many seeds, from the first, are enough to catch it. */
  readonly seeds: number
  /** What befalls the cluster while it is looked for; anything, unless said. */
  readonly focus?: ReadonlyArray<Incident['kind']>
  /** Lets a port misbehave as if the code behind or before it were wrong. */
  readonly plant?: Plant
  /** Replaces a method of the shipped code for the time being, and returns how to put it back. */
  readonly replace?: () => () => void
}

const replacing =
  <A extends object, K extends keyof A>(prototype: A, method: K, by: A[K]) =>
  () => {
    const original = prototype[method]
    prototype[method] = by
    return () => {
      prototype[method] = original
    }
  }

const withSessions =
  (change: (session: ImportSession) => Partial<ImportSession>): Plant =>
  (ports) => ({
    ...ports,
    source: {
      open: async (signal) => {
        const session = await ports.source.open(signal)
        if (session === undefined) return undefined
        const { take, acknowledge, confirmOwnership, close } = {
          take: session.take.bind(session),
          acknowledge: session.acknowledge.bind(session),
          confirmOwnership: session.confirmOwnership.bind(session),
          close: session.close.bind(session),
        }
        return { take, acknowledge, confirmOwnership, close, ...change(session) }
      },
    },
  })

/** What becomes of an append that was not answered as appended. */
const withFailedAppends =
  (
    instead: (
      result: AppendResult,
      append: StreamAppend,
      outside: Outside,
      ports: Ports,
    ) => Promise<AppendResult>,
  ): Plant =>
  (ports, outside) => ({
    ...ports,
    eventStore: {
      ...ports.eventStore,
      append: async (appends) => {
        const results = await ports.eventStore.append(appends)
        return Promise.all(
          results.map((result, i) => {
            const append = appends[i]
            return append === undefined || result.tag === 'Appended'
              ? result
              : instead(result, append, outside, ports)
          }),
        )
      },
    },
  })

const appendAtPresentRevision = async (append: StreamAppend, { log }: Outside, { eventStore }: Ports) => {
  const expectedRevision = log.stream(append.stream).length - 1
  const [result] = await eventStore.append([{ ...append, expectedRevision }])
  return result ?? { tag: 'Conflict' as const }
}

const latest = (positions: ReadonlyArray<Position>, first: Position): Position =>
  positions.reduce((a, b) => (comparePositions(a, b) < 0 ? b : a), first)

export const defects: ReadonlyArray<Defect> = [
  {
    name: 'acknowledges before the append',
    seeds: 5,
    plant: withSessions((session) => ({
      take: async (limit, signal) => {
        const deliveries = await session.take(limit, signal)
        if (deliveries !== undefined) session.acknowledge(deliveries)
        return deliveries
      },
    })),
  },
  {
    name: 'moves the checkpoint of a read model before its documents',
    seeds: 5,
    plant: (ports) => ({
      ...ports,
      profiles: {
        ...ports.profiles,
        apply: async (generation, changes, from, to) => {
          const moved = await ports.profiles.apply(generation, { ...changes, documents: [] }, from, to)
          return moved === 'applied' ? ports.profiles.apply(generation, changes, to, to) : moved
        },
      },
    }),
  },
  {
    name: 'moves the reply checkpoint before the confirm',
    seeds: 5,
    plant: (ports) => ({
      ...ports,
      sink: {
        publish: async (replies, signal) => {
          ports.sink.publish(replies, signal).catch(() => {})
        },
      },
    }),
  },
  {
    name: 'takes an unknown outcome for appended',
    seeds: 10,
    plant: withFailedAppends(async (result, _, { log }) =>
      result.tag === 'Unknown' ? { tag: 'Appended', position: log.end() } : result,
    ),
  },
  {
    name: 'takes an unknown outcome for not appended',
    seeds: 20,
    plant: withFailedAppends(async (result, append, outside, ports) =>
      result.tag === 'Unknown' ? appendAtPresentRevision(append, outside, ports) : result,
    ),
  },
  {
    name: 'appends without the fence of the expected revision',
    seeds: 30,
    plant: withFailedAppends(async (result, append, outside, ports) =>
      result.tag === 'Conflict' ? appendAtPresentRevision(append, outside, ports) : result,
    ),
  },
  {
    name: 'keeps the working set after a conflict',
    seeds: 10,
    replace: replacing(WorkingSet.prototype, 'clear', () => {}),
  },
  {
    name: 'does not lay the working set over the profiles',
    seeds: 5,
    replace: () => {
      const back = [
        replacing(WorkingSet.prototype, 'profile', () => undefined)(),
        replacing(WorkingSet.prototype, 'matching', () => [])(),
      ]
      return () => {
        for (const undo of back) undo()
      }
    },
  },
  {
    name: 'does not look for outcomes in the working set',
    seeds: 30,
    replace: replacing(WorkingSet.prototype, 'import', () => undefined),
  },
  {
    name: 'lets the working set grow without bound',
    seeds: 30,
    focus: ['lag'],
    replace: replacing(WorkingSet.prototype, 'load', () => ({ outcomes: 0, bytes: 0 })),
  },
  {
    name: 'does not look for outcomes in the log',
    seeds: 10,
    plant: (ports) => ({
      ...ports,
      importLog: {
        ...ports.importLog,
        lookup: async (...asked) => ({ ...(await ports.importLog.lookup(...asked)), records: new Map() }),
      },
    }),
  },
  {
    name: 'does not recognise redeliveries without an id',
    seeds: 30,
    replace: replacing(Redeliveries.prototype, 'absorb', () => false),
  },
  {
    name: 'does not ask whether the queue is still its own',
    seeds: 60,
    focus: ['suspend'],
    plant: withSessions(() => ({ confirmOwnership: async () => true })),
  },
  {
    name: 'folds and writes without looking at revisions',
    seeds: 20,
    plant: (ports, outside) => {
      outside.profiles.guardsRevisions = false
      const { fold, ...projection } = ports.profilesProjection
      const unseen = ({ profile, keys }: ProfileDocument) => ({ profile: { ...profile, revision: -1 }, keys })
      return {
        ...ports,
        profilesProjection: { ...projection, fold: (present, events) => fold(present.map(unseen), events) },
      }
    },
  },
  {
    name: 'evicts by the checkpoint of another generation',
    seeds: 200,
    focus: ['lag', 'rebuild'],
    plant: (ports, { profiles }) => ({
      ...ports,
      directory: {
        ...ports.directory,
        lookup: async (...asked) => {
          const answer = await ports.directory.lookup(...asked)
          const checkpoints = [...profiles.generations.values()].map(({ checkpoint }) => checkpoint)
          return { ...answer, checkpoint: latest(checkpoints, answer.checkpoint) }
        },
      },
    }),
  },
  {
    name: 'switches before the new generation has caught up',
    seeds: 5,
    focus: ['rebuild'],
    plant: (ports, { profiles }) => ({
      ...ports,
      profiles: {
        ...ports.profiles,
        create: async (version) => {
          const created = await ports.profiles.create(version)
          const generation = profiles.generations.get(created.id)
          if (generation !== undefined && !created.live) profiles.makeLive(generation)
          return created
        },
      },
    }),
  },
  {
    name: 'matches by the keys of another version',
    seeds: 300,
    focus: ['deploy', 'lag'],
    plant: (ports) => ({
      ...ports,
      directory: {
        ...ports.directory,
        lookup: async (...asked) => ({
          ...(await ports.directory.lookup(...asked)),
          version: ports.profilesProjection.version,
        }),
      },
    }),
  },
]
