import type { Command } from 'commander'
import { positionText } from '../../application/ports/position.ts'
import { type Restored, restore } from '../backup/restore.ts'
import type { Config } from '../config/load-config.ts'
import { mongoDbDatabaseIn } from '../mongodb/mongodb-database.ts'
import { systemClock } from '../system/system-clock.ts'
import { type CommonOptions, configOf, requireEmbeddedLog } from './command-context.ts'
import { print, say } from './output.ts'
import { endingAtOnce } from './stop-signal.ts'

interface RestoreOptions extends CommonOptions {
  readonly replace?: true
}

export const addRestore = (command: Command): Command =>
  command
    .command('restore')
    .summary('put a backup into the data folder')
    .description(
      'Puts a backup into the data folder (--data), and checks it first. Stop everything that uses the folder, and ' +
        'run this as the user of the service. Deletes the read models there, which are rebuilt from the log, and ' +
        'unfinished runs of `import` that are not in the backup. The log goes on with other events at the same ' +
        'positions, so a new epoch begins: a checkpoint or read model that has seen what the backup does not hold ' +
        'is refused from then on. If interrupted, the folder is as before, or refused until `restore` has run ' +
        'again. Prints {log_id, epoch, forks, end, checkpoints, time}, and what nobody can know.',
    )
    .argument('<dir>', 'folder of the backup')
    .option('--replace', 'replace the log that is in the data folder: it is lost')
    .action(async (from: string, options: RestoreOptions) => {
      const config = configOf(options)
      requireEmbeddedLog(config)
      const replaces = options.replace === true
      const restored = await endingAtOnce(() =>
        restore({ from, dataFolder: options.data, replaces, clock: systemClock }),
      )
      const { identity, manifest } = restored
      const { end, checkpoints, time } = manifest
      await print({ ...identity, end, checkpoints, time })
      for (const line of unknownAfter(restored, config)) say(line)
    })

const unknownAfter = ({ identity, manifest }: Restored, { MONGODB_URL }: Config): ReadonlyArray<string> => {
  const { time, end, checkpoints } = manifest
  return [
    `The log is as it was at ${time}, up to ${positionText(end)}. Epoch ${identity.epoch} begins after it.`,
    ...Object.entries(checkpoints).map(
      ([name, position]) =>
        `It cannot be known which outcomes after ${positionText(position)} were answered (${name}): they are ` +
        'answered again, under the same import ids.',
    ),
    `Messages that were acknowledged after ${time} are gone from the log, and it cannot be known which these are. ` +
      `Producers must send again what was not answered by ${time}, and everything since. Messages with a message_id ` +
      'that the log knows change nothing.',
    ...(MONGODB_URL === undefined
      ? []
      : [
          `If a read model in the MongoDB database "${mongoDbDatabaseIn(MONGODB_URL)}" has seen events after ` +
            `${positionText(end)}, the service refuses it and says what to do.`,
        ]),
  ]
}
