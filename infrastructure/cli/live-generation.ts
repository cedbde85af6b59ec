import * as E from 'fp-ts/lib/Either.js'
import { type Generation, liveOf, type ProjectionStore } from '../../application/ports/projection-store.ts'
import type { Projection } from '../../projections/projection.ts'
import { CommandFailed } from './command-context.ts'

/**
 * The live generation, for commands that rely on its content.
 * @throws CommandFailed if its version is not that of this process
 */
export const liveGeneration = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
): Promise<Generation> => {
  const live = await findLiveGeneration(projection, store)
  if (E.isLeft(live)) throw new CommandFailed(live.left)
  return live.right
}

/** As `liveGeneration`. Left: why it cannot be relied on. */
export const findLiveGeneration = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
): Promise<E.Either<string, Generation>> => {
  const live = await liveOf(store)
  if (live === undefined)
    return E.left(
      `the read model "${projection.name}" is not built yet: the service, an import or \`rebuild\` builds it`,
    )
  if (live.version === projection.version) return E.right(live)
  return E.left(
    `the read model "${projection.name}" was built by another version, or with another DATABASES_FILE or ` +
      'PASS_OVER: the service, an import or `rebuild` rebuilds it',
  )
}
