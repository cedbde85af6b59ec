import type { Generation, ProjectionStore } from '../../application/ports/projection-store.ts'
import type { Projection } from '../../projections/projection.ts'
import { CommandFailed } from './command-context.ts'

/** The live generation, for who relies on what it holds. @throws CommandFailed when it is not of this process's version */
export const liveGeneration = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
): Promise<Generation> => {
  const live = (await store.generations()).find((generation) => generation.live)
  if (live === undefined) throw new CommandFailed(`there is no read model "${projection.name}" yet`)
  if (live.version !== projection.version) {
    throw new CommandFailed(
      `the read model "${projection.name}" was built by another version, or with another DATABASES_FILE or ` +
        'PASS_OVER: it is built anew when the service or an import starts',
    )
  }
  return live
}
