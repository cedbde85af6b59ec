import type { Command } from 'commander'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import type { Projection } from '../../projections/projection.ts'
import { verify } from '../../projections/verify.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, type CommonOptions, reading } from './command-context.ts'
import { interruptible } from './interruptible.ts'
import { liveGeneration } from './live-generation.ts'
import { print } from './output.ts'

export const addVerify = (command: Command): Command =>
  command
    .command('verify')
    .summary('compare the read model with the event log')
    .description(
      'Folds the event log and compares the result with the live read models at their checkpoints: exit 1 on any ' +
        'difference. What a projection has not reached yet is lag, and no difference.',
    )
    .action((options: CommonOptions) =>
      reading(options, ({ eventStore, profiles, imports, profilesProjection, importsProjection }) =>
        interruptible(async (stop) => {
          const check = async <Id, Document>(
            projection: Projection<Id, Document>,
            store: ProjectionStore<Id, Document>,
          ): Promise<number> => {
            const live = await liveGeneration(projection, store)
            const verification = await verify(projection, store, live, eventStore, stop)
            stop.throwIfAborted()
            await print(verification)
            return verification.differences
          }
          const differences =
            (await check(profilesProjection, profiles)) + (await check(importsProjection, imports))
          if (differences > 0) throw new CommandFailed(counted(differences, 'difference'))
        }),
      ),
    )
