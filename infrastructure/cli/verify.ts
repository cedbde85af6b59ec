import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Verification } from '../../projections/comparison.ts'
import { eachReadModel, lookedUp, type ReadModel, type ReadModelName } from '../../projections/registry.ts'
import { verify } from '../../projections/verify.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, type CommonOptions, reading } from './command-context.ts'
import { interruptible } from './interruptible.ts'
import { findLiveGeneration } from './live-generation.ts'
import { print, say } from './output.ts'
import { tellUnreadable } from './tell-unreadable.ts'

export const addVerify = (command: Command): Command =>
  command
    .command('verify')
    .summary('compare the read model with the event log')
    .description(
      'Looks for damage in the files of the data folder, then folds the event log and compares the result with the ' +
        'live read models at their checkpoints: exit 1 on any difference. What a projection has not reached yet is ' +
        'lag, and no difference. An event that cannot be read any more is told, and so is what the read models still ' +
        'show of it. A kept message that is not what its SHA-256 says is a difference. A read model that imports do ' +
        'without may not be there yet: that is told, and no difference.',
    )
    .action((options: CommonOptions) =>
      reading(options, (stores) =>
        interruptible(async (stop) => {
          const { projectedLog, auditIndex } = stores
          // Before anything is read: what a damaged page says may be anything, also what is expected.
          await stores.check('all')
          const results: Array<Verification> = []
          const check = async <Id, Document>(
            { projection, store }: ReadModel<Id, Document>,
            name: ReadModelName,
          ) => {
            const live = await findLiveGeneration(projection, store)
            if (E.isLeft(live)) {
              if (lookedUp.includes(name)) throw new CommandFailed(live.left)
              return say(live.left)
            }
            // Once is enough.
            const options = { auditIndex, messages: name === 'imports' }
            const verification = await verify(projection, store, live.right, projectedLog, stop, options)
            stop.throwIfAborted()
            await print(verification)
            results.push(verification)
          }
          for (const checked of eachReadModel(stores, check)) await checked
          tellUnreadable(results)
          const differences = results.reduce((sum, each) => sum + each.differences, 0)
          if (differences > 0) throw new CommandFailed(counted(differences, 'difference'))
        }),
      ),
    )
