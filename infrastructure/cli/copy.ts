import type { Command } from 'commander'
import type { CopyProgress } from '../../application/copying/copy-log.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, type CommonOptions, configOf, UsageError } from './command-context.ts'
import { print, say } from './output.ts'
import { stopSignal } from './stop-signal.ts'

interface CopyOptions extends CommonOptions {
  readonly from: string
}

export const addCopy = (command: Command): Command =>
  command
    .command('copy')
    .summary('move the event log of a data folder to EventStoreDB')
    .description(
      'Copies the whole event log of a data folder to the EventStoreDB that EVENTSTORE_URL names: the same events, under the same ids, in the same ' +
        'order, and how far each queue was answered, so that no old reply is sent again. Every event is read again ' +
        'and compared. Stop the service first, replies included. The target must hold none of our events, or what an ' +
        'earlier copy of this log has left: interrupted, it goes on where it was when it is run again. The data ' +
        'folder stays as it is. Prints {events, streams, checkpoints, verified}.',
    )
    .requiredOption('--from <dir>', 'data folder to copy the event log of')
    .addHelpText('after', () => `\n${nextSteps('DIR')}`)
    .action(async (options: CopyOptions) => {
      const { EVENTSTORE_URL } = configOf(options)
      if (EVENTSTORE_URL === undefined) {
        throw new UsageError(['EVENTSTORE_URL: must be set for this command'])
      }
      const { copyToEventStoreDb } = await import('../composition-root/copy-to-event-store-db.ts')
      const stop = stopSignal(() => {})
      const onProgress = process.stderr.isTTY ? drawProgress : () => {}
      try {
        await print(
          await copyToEventStoreDb(
            { from: options.from, to: EVENTSTORE_URL, clock: systemClock, chance: systemChance, onProgress },
            stop,
          ),
        )
      } catch (error) {
        throw stop.aborted && error === stop.reason
          ? new CommandFailed('interrupted: the same command goes on where it was left')
          : error
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
    'Next: set EVENTSTORE_URL wherever the service and its commands run, and start the service. It builds',
    'its read models from the new log first; those of the old log it refuses, so give it new ones: another --data folder',
    `(or delete ${from}/read-model.sqlite*), and with MONGODB_URL another database in its path.`,
  ].join('\n')
