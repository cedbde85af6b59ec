import { Argument, type Command } from 'commander'
import type { Verification } from '../../projections/comparison.ts'
import { RebuildFailed, rebuild } from '../../projections/rebuild.ts'
import {
  eachReadModel,
  type ReadModel,
  type ReadModelName,
  readModelNames,
} from '../../projections/registry.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, type CommonOptions, changing } from './command-context.ts'
import { interruptible } from './interruptible.ts'
import { print, say } from './output.ts'
import { tellUnreadable } from './tell-unreadable.ts'

export const addRebuild = (command: Command): Command =>
  command
    .command('rebuild')
    .summary('rebuild a read model, then switch to it')
    .description(
      'Rebuilds a read model from the event log, beside the live one while imports continue, verifies it, and ' +
        'switches to it. Without a name, rebuilds all of them one after another.',
    )
    .addArgument(new Argument('[name]', 'read model').choices(readModelNames))
    .action((name: ReadModelName | undefined, options: CommonOptions) =>
      changing(options, (stores) =>
        interruptible(async (stop) => {
          const rebuilt: Array<Verification> = []
          const build = async <Id, Document>({ projection, store }: ReadModel<Id, Document>) => {
            const onProgress = (events: number) => {
              if (process.stderr.isTTY)
                process.stderr.write(`\r${projection.name}: ${counted(events, 'event')}`)
            }
            try {
              const verification = await rebuild(projection, store, stores.projectedLog, stop, onProgress)
              await print({ rebuilt: projection.name, ...verification })
              rebuilt.push(verification)
            } catch (error) {
              throw error instanceof RebuildFailed ? new CommandFailed(error.message) : error
            } finally {
              if (process.stderr.isTTY) say('')
            }
          }
          const names = name === undefined ? readModelNames : [name]
          for (const built of eachReadModel(stores, build, names)) await built
          tellUnreadable(rebuilt)
        }),
      ),
    )
