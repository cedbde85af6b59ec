import type { Command } from 'commander'
import { systemClock } from '../system/system-clock.ts'
import { type CommonOptions, configOf, UsageError } from './command-context.ts'
import { print } from './output.ts'

export const addInstallProjections = (command: Command): Command =>
  command
    .command('install-projections')
    .summary('install the projection that runs on EventStoreDB')
    .description(
      'Installs or updates the server-side projection that links the events of each profile into its own ' +
        'stream, profile-<account>.<db>.<profile id>, for readers of EventStoreDB. Needs EVENTSTORE_URL, and a ' +
        'server that runs projections (--run-projections=All).',
    )
    .action(async (options: CommonOptions) => {
      const { EVENTSTORE_URL } = configOf(options)
      if (EVENTSTORE_URL === undefined) {
        throw new UsageError(['EVENTSTORE_URL: must be set for this command'])
      }
      const { installProjections } = await import('../eventstoredb/install-projections.ts')
      for (const installed of await installProjections(EVENTSTORE_URL, systemClock)) await print(installed)
    })
