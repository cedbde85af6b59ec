import { Absorbers } from '../../../../application/importing/redeliveries.ts'
import { WorkingSet } from '../../../../application/importing/working-set.ts'
import { comparePositions, type Position } from '../../../../application/ports/position.ts'
import { withoutBefore } from '../../../../domain/events/without-before.ts'
import { type Defect, replacing } from './defect.ts'
import { appendAtPresentRevision, changingEvents, withFailedAppends, withSessions } from './planting.ts'

const latest = (positions: ReadonlyArray<Position>, first: Position): Position =>
  positions.reduce((a, b) => (comparePositions(a, b) < 0 ? b : a), first)

export const importerDefects: ReadonlyArray<Defect> = [
  {
    name: 'acknowledges before the append',
    seeds: 20,
    plant: withSessions((session) => ({
      take: async (limit, signal) => {
        const deliveries = await session.take(limit, signal)
        if (deliveries !== undefined) session.acknowledge(deliveries)
        return deliveries
      },
    })),
  },
  {
    name: 'treats an unknown outcome as appended',
    seeds: 100,
    plant: withFailedAppends(async (result, { stream }, { log }) =>
      result.tag === 'Unknown' ? { tag: 'Appended', stream, position: log.end() } : result,
    ),
  },
  {
    name: 'treats an unknown outcome as not appended',
    seeds: 100,
    plant: withFailedAppends(async (result, append, outside, ports) =>
      result.tag === 'Unknown' ? appendAtPresentRevision(append, outside, ports) : result,
    ),
  },
  {
    name: 'appends without the expected revision',
    seeds: 200,
    plant: withFailedAppends(async (result, append, outside, ports) =>
      result.tag === 'Conflict' ? appendAtPresentRevision(append, outside, ports) : result,
    ),
  },
  {
    name: 'salts an event again when it retries its append',
    seeds: 100,
    plant: changingEvents(({ personal, ...event }, n) => ({
      ...event,
      personal: { ...personal, salt: `${n}`.padStart(22, '0') },
    })),
  },
  {
    name: 'records without a salt',
    seeds: 20,
    plant: changingEvents(({ personal: { salt, ...personal }, ...event }) => ({ ...event, personal })),
  },
  {
    name: 'records without before-values',
    seeds: 20,
    plant: changingEvents((event) => {
      if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') return event
      const { without_before, ...bare } = withoutBefore(event.personal)
      return { ...event, personal: { ...event.personal, ...bare } }
    }),
  },
  {
    name: 'keeps the working set after a conflict',
    seeds: 100,
    replace: replacing(WorkingSet.prototype, 'clear', () => {}),
  },
  {
    name: 'does not overlay the profiles with the working set',
    seeds: 20,
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
    seeds: 200,
    replace: replacing(WorkingSet.prototype, 'import', () => undefined),
  },
  {
    name: 'lets the working set grow without bound',
    seeds: 200,
    focus: ['lag'],
    replace: replacing(WorkingSet.prototype, 'size', () => ({ outcomes: 0, bytes: 0 })),
  },
  {
    name: 'does not look for outcomes in the log',
    seeds: 100,
    plant: (ports) => ({
      ...ports,
      auditIndex: {
        ...ports.auditIndex,
        lookup: async (...asked) => ({ ...(await ports.auditIndex.lookup(...asked)), records: new Map() }),
      },
    }),
  },
  {
    name: 'does not recognise redeliveries without an id',
    seeds: 200,
    replace: replacing(Absorbers.prototype, 'absorb', () => undefined),
  },
  {
    name: 'does not check that it still owns the queue',
    seeds: 500,
    focus: ['suspend'],
    plant: withSessions(() => ({ confirmOwnership: async () => true })),
  },
  {
    name: 'evicts by the checkpoint of another generation',
    seeds: 1000,
    focus: ['lag', 'rebuild'],
    plant: (ports, { readModels: { profiles } }) => ({
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
    name: 'matches by the keys of another version',
    seeds: 2000,
    focus: ['deploy', 'lag'],
    plant: (ports) => ({
      ...ports,
      directory: {
        ...ports.directory,
        lookup: async (...asked) => ({
          ...(await ports.directory.lookup(...asked)),
          version: ports.projections.profiles.version,
        }),
      },
    }),
  },
]
