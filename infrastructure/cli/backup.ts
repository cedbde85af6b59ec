import { resolve } from 'node:path'
import type { Command } from 'commander'
import { backUp } from '../backup/back-up.ts'
import { systemClock } from '../system/system-clock.ts'
import { isFolderOrFree } from '../system/usable-folder.ts'
import { version } from '../system/version.ts'
import { type CommonOptions, configOf, requireEmbeddedLog, UsageError } from './command-context.ts'
import { print } from './output.ts'
import { endingAtOnce } from './stop-signal.ts'

export const addBackup = (command: Command): Command =>
  command
    .command('backup')
    .summary('back up the event log of the data folder')
    .description(
      'Copies the event log of the data folder to a new or empty folder, as it is at one moment, while the service ' +
        'and other commands keep running: its events, reply checkpoints and secrets, and unfinished runs of `import`. ' +
        'Checks the copy for damage, and describes it in manifest.json, which is written last: a folder without it ' +
        'is not a backup. Read models are not included, since they are rebuilt from the log. Prints the manifest: ' +
        '{format, program, log_id, epoch, end, checkpoints, time, files}. `restore` puts the backup back.',
    )
    .argument('<dir>', 'folder for the backup: new or empty')
    .action(async (into: string, options: CommonOptions) => {
      requireEmbeddedLog(configOf(options))
      if (!isFolderOrFree(into)) throw new UsageError([`${into}: is not a folder`])
      const now = systemClock.now()
      const backup = { dataFolder: options.data, into: resolve(into), program: version(), now }
      await print(await endingAtOnce(() => backUp(backup)))
    })
