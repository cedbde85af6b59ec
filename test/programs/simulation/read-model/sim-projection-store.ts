import type { ProjectionStore } from '../../../../application/ports/projection-store.ts'
import { SimulatedFault } from '../world/faults.ts'
import type { SimProcess } from '../world/process.ts'
import type { SimGeneration } from './generation.ts'
import type { ReadModel } from './read-model.ts'

const pageSize = 8

/** A read model as seen by the projectors of one process. */
export const simProjectionStore = <Id, Document>(
  model: ReadModel<Id, Document>,
  process: SimProcess,
): ProjectionStore<Id, Document> => {
  const { server, kind } = model
  const ask = <A>(what: string, execute: () => A | Promise<A>) =>
    process.call(server, `${what} ${kind.name}`, execute)
  const described = ({ id, version, checkpoint, log }: SimGeneration<Document>) => ({
    id,
    version,
    checkpoint,
    log,
    live: model.live()?.id === id,
  })

  async function* scan(generation: number, signal: AbortSignal) {
    for (let from = 0; !signal.aborted; from += pageSize) {
      const page = await ask('scan', () => {
        const documents = model.generations.get(generation)?.documents
        if (documents === undefined) throw new SimulatedFault(`generation ${generation} is gone`)
        return [...documents.values()].slice(from, from + pageSize)
      })
      if (page.length === 0) return
      yield page
    }
  }

  return {
    generations: () => ask('generations', () => [...model.generations.values()].map(described)),
    create: (version, log) => ask('create', () => described(model.create(version, log))),
    stamp: (id, log) => ask('stamp', () => model.stamp(id, log)),
    load: (id, ids) =>
      ask('load', () => {
        const documents = model.current(id)?.documents
        if (documents === undefined) return 'gone'
        const found = model.options.faults.leavesTheRest() ? ids.slice(0, 1) : ids
        return {
          documents: found.flatMap((each) => documents.get(kind.textOf(each)) ?? []),
          left: ids.length - found.length,
        }
      }),
    apply: async (id, changes, from, to) => {
      const result = await ask('apply', () => model.apply(id, changes, from, to))
      process.say(() => `${kind.name}@${id} ${from || 'beginning'} to ${to}: ${result}`)
      return result
    },
    switchTo: (id) => ask('switch', () => model.switchTo(id)),
    drop: (id) => ask('drop', () => model.drop(id)),
    count: (id) => ask('count', () => model.generations.get(id)?.documents.size ?? 0),
    scan,
  }
}
