import type { Command } from 'commander'
import type { CopyProgress } from '../../application/copying/copy-log.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemIds } from '../system/system-ids.ts'
import { counted } from '../text/counted.ts'
import { type CommonOptions, configOf, UsageError } from './command-context.ts'
import { interruptible } from './interruptible.ts'
import { print, say } from './output.ts'

interface CopyOptions extends CommonOptions {
  readonly from: string
}

export const addCopy = (command: Command): Command =>
  command
    .command('copy')
    .summary('copy the event log of a data folder to EventStoreDB')
    .description(
      'Copies the whole event log of a data folder to the EventStoreDB at EVENTSTORE_URL: the same events, with ' +
        'the same ids, in the same order, and the reply checkpoint of each queue, so that no old reply is sent ' +
        'again. Then reads every event back and compares it. Stop the service first, including processes that ' +
        'reply. The target must contain no events of this program except those of an earlier copy of this log: an ' +
        'interrupted copy continues when you run it again. The data folder is not changed. Prints {events, ' +
        'streams, checkpoints, verified}.',
    )
    .requiredOption('--from <dir>', 'data folder with the event log to copy')
    .addHelpText('after', () => `\n${nextSteps('DIR')}`)
    .action(async (options: CopyOptions) => {
      const { EVENTSTORE_URL } = configOf(options)
      if (EVENTSTORE_URL === undefined) {
        throw new UsageError(['EVENTSTORE_URL: must be set for this command'])
      }
      const { copyToEventStoreDb } = await import('../composition-root/copy-to-event-store-db.ts')
      const copy = {
        from: options.from,
        to: EVENTSTORE_URL,
        clock: systemClock,
        chance: systemChance,
        ids: systemIds,
        onProgress: process.stderr.isTTY ? drawProgress : () => {},
      }
      try {
        await print(
          await interruptible(
            (stop) => copyToEventStoreDb(copy, stop),
            'interrupted: run the same command again to continue',
          ),
        )
      } finally {
        if (process.stderr.isTTY) say('')
      }
      say(nextSteps(options.from))
    })

const drawProgress = ({ events, copied, compared }: CopyProgress): void => {
  process.stderr.write(`\r\x1b[K${copied} of ${counted(events, 'event')} copied, ${compared} compared`)
}

const nextSteps = (from: string): string =>
  [
    'Next, set EVENTSTORE_URL wherever the service and its commands run, and start the service with new read models,',
    'which it builds from the new log first. It refuses those of the old log, so use another --data folder',
    `(or delete ${from}/read-model.sqlite*), and if you set MONGODB_URL, another database in its path.`,
  ].join('\n')
