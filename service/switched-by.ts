import { liveOf } from '../application/ports/projection-store.ts'
import { eachReadModel, type ReadModelName, type ReadModels } from '../projections/registry.ts'

/** The read models that rebuilding would switch to another version: that of the projection of this process. */
export const switchedBy = async (
  readModels: ReadModels,
  names: ReadonlyArray<ReadModelName>,
): Promise<ReadonlyArray<ReadModelName>> => {
  const compared = eachReadModel(
    readModels,
    async ({ projection, store }, name) => {
      const live = await liveOf(store)
      return live === undefined || live.version === projection.version ? [] : [name]
    },
    names,
  )
  return (await Promise.all(compared)).flat()
}
