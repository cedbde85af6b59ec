import type { Command } from 'commander'
import { standingOf } from '../../application/epochs.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import {
  beginning,
  comparePositions,
  hasSameForm,
  type Position,
  positionText,
} from '../../application/ports/position.ts'
import { CommandFailed, type CommonOptions, reading } from './command-context.ts'
import { eventLine } from './format-event.ts'
import { print } from './output.ts'
import { type LogPlace, logPlace } from './parse-options.ts'
import { stopSignal } from './stop-signal.ts'

interface EventsOptions extends CommonOptions {
  readonly after?: LogPlace
  readonly follow?: true
}

export const addEvents = (command: Command): Command =>
  command
    .command('events')
    .summary('print the event stream')
    .description(
      'Prints all events as NDJSON, in log order. Each line has the epoch of the log in which the event was written, ' +
        'and its position. Give both of the last event that you have handled to --after: if a backup was restored ' +
        'since, which ended before that event, the command fails and says from where to go on. A POSITION without ' +
        'epoch is one of the present epoch.',
    )
    .option('--after <[EPOCH:]POSITION>', 'start after this position', logPlace)
    .option('--follow', 'keep printing new events until interrupted')
    .action((options: EventsOptions) =>
      reading(options, async ({ eventStore }) => {
        const stop = stopSignal(() => {})
        const log = await eventStore.readIdentity()
        const after = options.after?.position ?? beginning
        if (options.after !== undefined) requireHeld(options.after, log, await eventStore.end())
        const batches = options.follow ? eventStore.subscribe(after, stop) : eventStore.read(after, stop)
        const line = eventLine(log ?? {})
        for await (const batch of batches) for (const recorded of batch) await print(line(recorded))
        if (stop.aborted && options.follow === undefined) throw new CommandFailed('interrupted')
      }),
    )

/** @throws CommandFailed if something else may have been at this position */
const requireHeld = ({ epoch, position }: LogPlace, log: LogIdentity | undefined, end: Position): void => {
  const refuse = (problem: string) => new CommandFailed(`--after: ${problem}`)
  if (log !== undefined && epoch !== undefined) {
    const standing = standingOf(log, { ...log, epoch }, position)
    if (standing.tag === 'GivenUp') {
      const { after, epoch: next } = standing.fork
      throw refuse(
        `the events of epoch ${epoch} after ${positionText(after)} were given up when a backup was restored: ` +
          `undo what you have made of them, and ${after === beginning ? 'begin again without --after' : `go on with --after ${next}:${after}`}`,
      )
    }
    if (standing.tag !== 'Held')
      throw refuse(
        `this log never was in epoch ${epoch}: name the log that the position is from, or begin again without --after`,
      )
  }
  if (!hasSameForm(position, end) || comparePositions(position, end) > 0)
    throw refuse(
      `the log ends at ${positionText(end)}, before ${position}: name the log that the position is from, or ` +
        'begin again without --after',
    )
}
