import type { Command } from 'commander'
import { beginning, type Position } from '../../application/ports/position.ts'
import { type CommonOptions, reading } from './command-context.ts'
import { eventLine } from './format-event.ts'
import { print } from './output.ts'
import { position } from './parse-options.ts'
import { stopSignal } from './stop-signal.ts'

interface EventsOptions extends CommonOptions {
  readonly after: Position
  readonly follow?: true
}

export const addEvents = (command: Command): Command =>
  command
    .command('events')
    .summary('print the event stream')
    .description('Prints all events as NDJSON, in log order.')
    .option('--after <position>', 'start after this position', position, beginning)
    .option('--follow', 'keep printing new events until interrupted')
    .action((options: EventsOptions) =>
      reading(options, async ({ eventStore }) => {
        const stop = stopSignal(() => {})
        const batches = options.follow
          ? eventStore.subscribe(options.after, stop)
          : eventStore.read(options.after, stop)
        for await (const batch of batches) for (const recorded of batch) await print(eventLine(recorded))
      }),
    )
