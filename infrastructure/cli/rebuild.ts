import { Argument, type Command } from 'commander'
import type { Verification } from '../../projections/comparison.ts'
import { RebuildFailed, rebuild } from '../../projections/rebuild.ts'
import {
  eachReadModel,
  type ReadModel,
  type ReadModelName,
  readModelNames,
} from '../../projections/registry.ts'
import { isEmbedded, type Stores } from '../composition-root/stores.ts'
import { isDataFolderInUse } from '../sqlite/is-data-folder-in-use.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, type CommonOptions, changing, configOf } from './command-context.ts'
import { confirmSwitch } from './confirm-switch.ts'
import { interruptible } from './interruptible.ts'
import { print, say } from './output.ts'
import { tellUnreadable } from './tell-unreadable.ts'

interface RebuildOptions extends CommonOptions {
  readonly yes?: true
}

export const addRebuild = (command: Command): Command =>
  command
    .command('rebuild')
    .summary('rebuild a read model, then switch to it')
    .description(
      'Rebuilds a read model from the event log, beside the live one while imports continue, verifies it, and ' +
        'switches to it. Without a name, rebuilds all of them one after another. If the new read model is of another ' +
        'version, because the program, DATABASES_FILE or PASS_OVER differ, a service that runs with the old one ends ' +
        'at its next message: the command says so and asks first, unless it is certain that nothing uses the data ' +
        'folder.',
    )
    .addArgument(new Argument('[name]', 'read model').choices(readModelNames))
    .option('--yes', 'do not ask')
    .action((name: ReadModelName | undefined, options: RebuildOptions) => {
      const names = name === undefined ? readModelNames : [name]
      const config = configOf(options)
      // Before this command opens a store there itself.
      const isUsed = !isEmbedded(config) || isDataFolderInUse(options.data)
      const run = async (stores: Stores) => {
        if (isUsed) await confirmSwitch(stores, names, config, options)
        await interruptible(async (stop) => {
          const rebuilt: Array<Verification> = []
          const build = async <Id, Document>({ projection, store }: ReadModel<Id, Document>) => {
            const onProgress = (events: number) => {
              if (process.stderr.isTTY)
                process.stderr.write(`\r${projection.name}: ${counted(events, 'event')}`)
            }
            const endProgress = () => {
              if (process.stderr.isTTY) say('')
            }
            try {
              const rebuilding = rebuild(projection, store, stores.projectedLog, stop, onProgress)
              const verification = await rebuilding.finally(endProgress)
              await print({ rebuilt: projection.name, ...verification })
              rebuilt.push(verification)
            } catch (error) {
              throw error instanceof RebuildFailed ? new CommandFailed(error.message) : error
            }
          }
          for (const built of eachReadModel(stores, build, names)) await built
          tellUnreadable(rebuilt)
        })
      }
      return changing(options, run, config)
    })
