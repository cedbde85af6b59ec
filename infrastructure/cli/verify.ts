import type { Command } from 'commander'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import type { Projection } from '../../projections/projection.ts'
import { type Verification, verify } from '../../projections/verify.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, type CommonOptions, reading } from './command-context.ts'
import { interruptible } from './interruptible.ts'
import { liveGeneration } from './live-generation.ts'
import { print } from './output.ts'
import { tellUnreadable } from './tell-unreadable.ts'

export const addVerify = (command: Command): Command =>
  command
    .command('verify')
    .summary('compare the read model with the event log')
    .description(
      'Looks for damage in the files of the data folder, then folds the event log and compares the result with the ' +
        'live read models at their checkpoints: exit 1 on any difference. What a projection has not reached yet is ' +
        'lag, and no difference. An event that cannot be read any more is told, and so is what the read models still ' +
        'show of it. A kept message that is not what its SHA-256 says is a difference.',
    )
    .action((options: CommonOptions) =>
      reading(options, (stores) =>
        interruptible(async (stop) => {
          const { projectedLog, importLog } = stores
          // Before anything is read: what a damaged page says may be anything, also what is expected.
          await stores.check('all')
          const check = async <Id, Document>(
            projection: Projection<Id, Document>,
            store: ProjectionStore<Id, Document>,
            messages: boolean,
          ): Promise<Verification> => {
            const live = await liveGeneration(projection, store)
            const options = { importLog, messages }
            const verification = await verify(projection, store, live, projectedLog, stop, options)
            stop.throwIfAborted()
            await print(verification)
            return verification
          }
          const results = [
            await check(stores.profilesProjection, stores.profiles, false),
            await check(stores.importsProjection, stores.imports, true),
          ]
          tellUnreadable(results)
          const differences = results.reduce((sum, each) => sum + each.differences, 0)
          if (differences > 0) throw new CommandFailed(counted(differences, 'difference'))
        }),
      ),
    )
