import type { Plant } from '../service/cluster.ts'
import type { Ports } from '../service/run-service.ts'
import type { Defect } from './defect.ts'

const withAuditIndex = (ports: Ports, change: Partial<Ports['auditIndex']>): Ports => ({
  ...ports,
  auditIndex: { ...ports.auditIndex, ...change },
})

/** Nothing is read of later imports. */
const readingNothing: Plant = (ports) => ({
  ...withAuditIndex(ports, { find: async function* () {} }),
  eventStore: { ...ports.eventStore, readStream: async () => [] },
})

export const replayDefects: ReadonlyArray<Defect> = [
  {
    name: 'lets a replay overwrite what later imports have changed',
    seeds: 100,
    plant: readingNothing,
  },
  {
    name: 'takes what the audit index shows for all that later imports have changed',
    seeds: 100,
    focus: ['lag'],
    plant: (ports) => ({
      ...ports,
      eventStore: {
        ...ports.eventStore,
        // The event of a record is read by itself.
        readStream: async (stream, from, limit) =>
          limit === 1 ? ports.eventStore.readStream(stream, from, limit) : [],
      },
    }),
  },
  {
    name: 'takes an earlier replay for the original',
    seeds: 200,
    plant: (ports) =>
      withAuditIndex(ports, {
        lookup: async (ids, streams) => {
          const answer = await ports.auditIndex.lookup(ids, streams)
          const records = [...answer.records].map(([id, { replayOf, ...record }]) => [id, record] as const)
          return { ...answer, records: new Map(records) }
        },
      }),
  },
]
