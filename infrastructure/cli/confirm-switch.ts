import { createInterface } from 'node:readline'
import { readLive } from '../../application/ports/projection-store.ts'
import { eachReadModel, lookedUp, type ReadModel, type ReadModelName } from '../../projections/registry.ts'
import { isEmbedded, type Stores } from '../composition-root/stores.ts'
import type { Config } from '../config/load-config.ts'
import { holderOf } from '../sqlite/claim-data-folder.ts'
import { CommandFailed, type CommonOptions, UsageError } from './command-context.ts'
import { say } from './output.ts'

/**
 * Before read models are rebuilt that a service may be using: if their version changes, says what becomes of the
 * service, and asks.
 * @throws CommandFailed if the answer is no, UsageError if there is nobody to ask
 */
export const confirmSwitch = async (
  stores: Stores,
  names: ReadonlyArray<ReadModelName>,
  config: Config,
  { data, yes }: CommonOptions & { readonly yes?: true },
): Promise<void> => {
  const switched = await switchedBy(stores, names)
  if (switched.length === 0) return
  const holder = isEmbedded(config) ? holderOf(data) : undefined
  const service =
    holder === undefined
      ? 'a running service'
      : `the running service (process ${holder.pid}, since ${holder.since})`
  const consequence = switched.some((name) => lookedUp.includes(name))
    ? 'ends at its next message'
    : 'no longer updates it'
  say(`${switched.join(', ')}: this command builds another version than the live one.`)
  say(
    `Once it has been rebuilt, ${service} ${consequence}. Then restart the service with the same program, ` +
      'DATABASES_FILE and PASS_OVER as this command.',
  )
  if (yes) return
  if (!process.stdin.isTTY) throw new UsageError(['nothing was rebuilt: add --yes to rebuild anyway'])
  if (!(await agrees())) throw new CommandFailed('nothing was rebuilt')
}

/** The read models whose live generation is of another version than the projection of this process. */
const switchedBy = async (
  stores: Stores,
  names: ReadonlyArray<ReadModelName>,
): Promise<ReadonlyArray<ReadModelName>> => {
  const switched: Array<ReadModelName> = []
  const compare = async <Id, Document>(
    { projection, store }: ReadModel<Id, Document>,
    name: ReadModelName,
  ) => {
    const live = await readLive(store)
    if (live !== undefined && live.version !== projection.version) switched.push(name)
  }
  for (const compared of eachReadModel(stores, compare, names)) await compared
  return switched
}

const agrees = async (): Promise<boolean> => {
  process.stderr.write('Continue? [y/N] ')
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return /^\s*y(es)?\s*$/i.test(line)
  return false
}
