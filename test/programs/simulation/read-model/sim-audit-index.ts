import type { AuditIndex, AuditIndexAnswer, ImportRecord } from '../../../../application/ports/audit-index.ts'
import { beginning, comparePositions } from '../../../../application/ports/position.ts'
import type { ImportId, ProfileId } from '../../../../domain/ids.ts'
import type { SimProcess } from '../world/process.ts'
import type { ReadModel } from './read-model.ts'

/** The live generation of the imports, as queried by the importer of one process. */
export const simAuditIndex = (model: ReadModel<never, ImportRecord>, process: SimProcess): AuditIndex => {
  const { server, options } = model

  const lookUp = async (
    importIds: ReadonlyArray<ImportId>,
    streams: ReadonlyArray<string>,
  ): Promise<AuditIndexAnswer> => {
    const live = model.read()
    const answer = {
      checkpoint: live?.checkpoint ?? beginning,
      revisions: streams.map((stream) => live?.revisions.get(stream) ?? -1),
    }
    if (!options.isTransactional) await server.moment(options.faults.latency())
    if (live !== undefined && !model.generations.has(live.id)) return lookUp(importIds, streams)
    const records = new Map<ImportId, ImportRecord>()
    for (const importId of importIds) {
      const record = live?.documents.get(importId)
      if (record !== undefined) records.set(importId, record)
    }
    return { ...answer, records }
  }

  const recent = (queue: string, limit: number): ReadonlyArray<ImportRecord> =>
    [...(model.read()?.documents.values() ?? [])]
      .filter(({ source }) => source?.kind === 'queue' && source.queue === queue)
      .sort((a, b) => comparePositions(b.position, a.position))
      .slice(0, limit)

  const ofProfile = (profileId: ProfileId): ReadonlyArray<ImportRecord> =>
    [...(model.read()?.documents.values() ?? [])]
      .filter(({ outcome }) => outcome?.verdict !== 'rejected' && outcome?.profile_id === profileId)
      .sort((a, b) => comparePositions(a.position, b.position))

  return {
    lookup: (importIds, streams) => process.call(server, 'look up imports', () => lookUp(importIds, streams)),
    recent: (queue, limit) => process.call(server, 'recent imports', () => recent(queue, limit)),
    countUnreadable: async () => 0,
    find: async function* (query) {
      if (query.by !== 'profile') throw new Error('not part of the simulation')
      yield* await process.call(server, 'find imports', () => ofProfile(query.profileId))
    },
    checkpoint: () =>
      process.call(server, 'checkpoint of imports', () => model.live()?.checkpoint ?? beginning),
  }
}
