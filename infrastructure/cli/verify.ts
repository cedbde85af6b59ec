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
import { endingAtOnce } from './stop-signal.ts'
import { tellUnreadable } from './tell-unreadable.ts'

export const addVerify = (command: Command): Command =>
  command
    .command('verify')
    .summary('compare the read models with the event log')
    .description(
      'Checks the files of the data folder for damage, then folds the event log and compares the result with ' +
        'the live read models at their checkpoints. Exits with 1 on any difference, including a kept message that ' +
        'does not match its SHA-256. These are reported but do not count as differences: events that a projection ' +
        'has not reached yet (its lag), unreadable events and what the read models still show of them, and a ' +
        'missing read model that imports do not need.',
    )
    .action((options: CommonOptions) =>
      reading(options, async (stores) => {
        // Before anything is read: a damaged page may contain anything, even what is expected.
        await endingAtOnce(() => stores.checkIntegrity('all'))
        await interruptible(async (stop) => {
          const { projectedLog, auditIndex } = stores
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
        })
      }),
    )
