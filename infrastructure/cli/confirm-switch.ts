import { createInterface } from 'node:readline'
import { lookedUp, type ReadModelName } from '../../projections/registry.ts'
import { switchedBy } from '../../service/switched-by.ts'
import { isEmbedded, type Stores } from '../composition-root/stores.ts'
import type { Config } from '../config/load-config.ts'
import { holderOf } from '../sqlite/claim-data-folder.ts'
import { CommandFailed, type CommonOptions, UsageError } from './command-context.ts'
import { say } from './output.ts'

/**
 * Before read models are rebuilt that a service or import may be using: if their version changes, says what becomes of
 * that process, and asks.
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
  const importer =
    holder === undefined
      ? 'a running service or import'
      : `the running service or import (process ${holder.pid}, since ${holder.since})`
  const consequence = switched.some((name) => lookedUp.includes(name))
    ? 'ends at its next message'
    : 'no longer updates it'
  say(`${switched.join(', ')}: this command builds another version than the live one.`)
  say(
    `Once it has been rebuilt, ${importer} ${consequence}. Then restart it with the same program, ` +
      'DATABASES_FILE and PASS_OVER as this command.',
  )
  if (yes) return
  if (!process.stdin.isTTY) throw new UsageError(['nothing was rebuilt: add --yes to rebuild anyway'])
  if (!(await agrees())) throw new CommandFailed('nothing was rebuilt')
}

const agrees = async (): Promise<boolean> => {
  process.stderr.write('Continue? [y/N] ')
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return /^\s*y(es)?\s*$/i.test(line)
  return false
}
