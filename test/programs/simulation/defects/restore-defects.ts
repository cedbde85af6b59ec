import type { ImportRecord } from '../../../../application/ports/audit-index.ts'
import { logEpochOf } from '../../../../application/ports/log-identity.ts'
import type { Position } from '../../../../application/ports/position.ts'
import type { ProjectionStore } from '../../../../application/ports/projection-store.ts'
import type { ImportId } from '../../../../domain/ids.ts'
import { importRecordOf } from '../../../../projections/imports.ts'
import { byReadModel } from '../../../../projections/registry.ts'
import type { Plant } from '../service/cluster.ts'
import type { Defect } from './defect.ts'

/** No read model is compared with the log at the start, and every stamp seems to be the present one. */
const believingReadModels: Plant = (ports) => {
  const believing = <Id, Document>(store: ProjectionStore<Id, Document>): ProjectionStore<Id, Document> => {
    let isFirst = true
    return {
      ...store,
      generations: async () => {
        const log = await ports.eventStore.readIdentity()
        const seen = isFirst ? [] : await store.generations()
        isFirst = false
        return seen.map((each) => (log === undefined ? each : { ...each, log: logEpochOf(log) }))
      },
    }
  }
  return {
    ...ports,
    projectionStores: byReadModel<'store'>((name) => believing(ports.projectionStores[name])),
  }
}

/** Outlives the processes of a history, but not the history. */
const memory = <Key, Value>() => {
  const histories = new WeakMap<object, Map<Key, Value>>()
  return (world: object): Map<Key, Value> => {
    const kept = histories.get(world) ?? new Map<Key, Value>()
    histories.set(world, kept)
    return kept
  }
}

/** Outcomes are also remembered elsewhere, where no restore forgets them. */
const rememberingOutcomes = (): Plant => {
  const keptIn = memory<ImportId, ImportRecord>()
  return (ports, { world, log }) => {
    const kept = keptIn(world)
    return {
      ...ports,
      auditIndex: {
        ...ports.auditIndex,
        lookup: async (ids, streams) => {
          const answer = await ports.auditIndex.lookup(ids, streams)
          const held = new Set<string>(log.events.map(({ eventId }) => eventId))
          for (const recorded of log.events) {
            const record = importRecordOf(recorded)
            kept.set(record.importId, record)
          }
          const forgotten = ids.flatMap((id) => (held.has(id) ? [] : (kept.get(id) ?? [])))
          const records = new Map([
            ...answer.records,
            ...forgotten.map((each) => [each.importId, each] as const),
          ])
          return { ...answer, records }
        },
      },
    }
  }
}

/** The reply checkpoint is kept elsewhere than the log, where no restore changes it. */
const outlivingReplyCheckpoint = (): Plant => {
  const keptIn = memory<string, Position>()
  return (ports, { world, log }) => {
    const kept = keptIn(world)
    return {
      ...ports,
      eventStore: {
        ...ports.eventStore,
        readCheckpoint: async (name) => kept.get(name) ?? ports.eventStore.readCheckpoint(name),
        writeCheckpoint: async (name, expected, position) => {
          if (kept.has(name) && kept.get(name) !== expected) return false
          kept.set(name, position)
          return log.moveCheckpoint(name, log.checkpoints.get(name), position)
        },
      },
    }
  }
}

const planted: ReadonlyArray<Pick<Defect, 'name' | 'plant'>> = [
  { name: 'believes a read model of what the log has given up', plant: believingReadModels },
  { name: 'remembers outcomes that the log has given up', plant: rememberingOutcomes() },
  { name: 'keeps the reply checkpoint when the log is restored', plant: outlivingReplyCheckpoint() },
]

/** What a restore must not leave behind. */
export const restoreDefects: ReadonlyArray<Defect> = planted.map((each) => ({
  ...each,
  seeds: 50,
  focus: ['restore'],
}))
