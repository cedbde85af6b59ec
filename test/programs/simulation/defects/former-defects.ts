import { hash } from 'node:crypto'
import { importIdOf, reusedIdOf } from '../../../../application/import-id.ts'
import type { ImportRecord } from '../../../../application/ports/audit-index.ts'
import type { Position } from '../../../../application/ports/position.ts'
import type { ImportId } from '../../../../domain/ids.ts'
import { bodyOf } from '../../../support/builders/body-of.ts'
import type { Plant } from '../service/cluster.ts'
import type { Ports } from '../service/run-service.ts'
import type { World } from '../world/world.ts'
import type { Defect } from './defect.ts'
import { withSessions } from './planting.ts'

const withAuditIndex = (ports: Ports, change: Partial<Ports['auditIndex']>): Ports => ({
  ...ports,
  auditIndex: { ...ports.auditIndex, ...change },
})

/** Refusals under a used id are looked for only where the log shows the first import. */
const missingRefusals: Plant = (ports, outside) => {
  const firstOf = new Map<ImportId, ImportId>()
  let inLog: ReadonlyMap<ImportId, ImportRecord> = new Map()
  const noting = withSessions((session) => ({
    take: async (limit, signal) => {
      const deliveries = await session.take(limit, signal)
      for (const delivery of deliveries ?? []) {
        const first = importIdOf(delivery.source, delivery.properties)
        if (first !== undefined)
          firstOf.set(reusedIdOf(first, hash('sha256', bodyOf(delivery), 'hex')), first)
      }
      return deliveries
    },
  }))
  return withAuditIndex(withSlowFirstStream(noting(ports, outside), outside.world), {
    lookup: async (ids, streams) => {
      const answer = await ports.auditIndex.lookup(ids, streams)
      // Refusals are looked up separately.
      if (streams.length > 0) {
        inLog = answer.records
        return answer
      }
      const isShown = (id: ImportId) => inLog.has(firstOf.get(id) ?? id)
      return { ...answer, records: new Map([...answer.records].filter(([id]) => isShown(id))) }
    },
  })
}

/** Otherwise hardly any process would die while one stream of a batch is written and another is not. */
const withSlowFirstStream = (ports: Ports, world: World): Ports => ({
  ...ports,
  eventStore: {
    ...ports.eventStore,
    append: async (appends) => {
      const others = await ports.eventStore.append(appends.slice(1))
      if (others.length > 0) await world.sleep(2000)
      return [...(await ports.eventStore.append(appends.slice(0, 1))), ...others]
    },
  },
})

/** Whether replies have begun is asked before, not after, whether there are imports. */
const lookingForRepliesFirst: Plant = (ports, { world }) => {
  const { auditIndex, eventStore } = ports
  let early: { readonly position: Position | undefined } | undefined
  return {
    ...withAuditIndex(ports, {
      recent: async (queue, limit) => {
        if (limit === 1) {
          early = { position: await eventStore.readCheckpoint(`replies-${queue}`) }
          // Otherwise no other process would have begun to import meanwhile, in thousands of histories.
          await world.sleep(2000)
        }
        return auditIndex.recent(queue, limit)
      },
    }),
    eventStore: {
      ...eventStore,
      readCheckpoint: async (name) => {
        const asked = early
        early = undefined
        return asked === undefined ? eventStore.readCheckpoint(name) : asked.position
      },
    },
  }
}

/** Each of these was once in the program. */
export const formerDefects: ReadonlyArray<Defect> = [
  {
    name: 'looks for refusals only where the log shows the first import',
    seeds: 1000,
    focus: ['kill'],
    plant: missingRefusals,
  },
  {
    name: 'looks for the reply checkpoint before it looks for imports',
    seeds: 200,
    plant: lookingForRepliesFirst,
  },
]
