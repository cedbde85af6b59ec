import type { Command } from 'commander'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import type { Projection } from '../../projections/projection.ts'
import { verify } from '../../projections/verify.ts'
import { CommandFailed, type CommonOptions, reading } from './command-context.ts'
import { print } from './output.ts'
import { stopSignal } from './stop-signal.ts'

export const addVerify = (command: Command): Command =>
  command
    .command('verify')
    .summary('compare the read model with the event log')
    .description(
      'Folds the event log and compares the result with the live read models at their checkpoints: exit 1 on any ' +
        'difference. What a projection has not reached yet is lag, and no difference.',
    )
    .action((options: CommonOptions) =>
      reading(options, async ({ eventStore, profiles, imports, profilesProjection, importsProjection }) => {
        const stop = stopSignal(() => {})
        const check = async <Id, Document>(
          projection: Projection<Id, Document>,
          store: ProjectionStore<Id, Document>,
        ): Promise<number> => {
          const live = (await store.generations()).find((generation) => generation.live)
          if (live === undefined) throw new CommandFailed(`there is no read model "${projection.name}" yet`)
          if (live.version !== projection.version) {
            throw new CommandFailed(
              `the read model "${projection.name}" was built by another version, or with other definitions: it is ` +
                'built anew when the service starts',
            )
          }
          const verification = await verify(projection, store, live, eventStore, stop)
          stop.throwIfAborted()
          await print(verification)
          return verification.differences
        }
        const differences =
          (await check(profilesProjection, profiles)) + (await check(importsProjection, imports))
        if (differences > 0) throw new CommandFailed(`${differences} differences`)
      }),
    )
