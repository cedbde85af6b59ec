import type { Command } from 'commander'
import type { AuditIndex } from '../../application/ports/audit-index.ts'
import { comparePositions, type Position } from '../../application/ports/position.ts'
import { CommandFailed, type CommonOptions, connecting } from './command-context.ts'
import { print, printText, say } from './output.ts'
import { type StatusFacts, statusFacts } from './status-facts.ts'
import { statusTable } from './status-table.ts'
import { endingAtOnce } from './stop-signal.ts'

export const addStatus = (command: Command): Command =>
  command
    .command('status')
    .summary('print positions, lag and counts')
    .description(
      'Checks the files of the data folder for damage, and prints the log and its end, the data folder, the process ' +
        'that imports into it, the lengths of the queues if RABBITMQ_URL is set, and how far each projection and the ' +
        'replies are: as a table on a terminal, otherwise as JSON. The lag is in events on the embedded store, and in ' +
        'bytes of the log on EventStoreDB; in seconds, it is the age of the first event that is missing. ' +
        '`unreadable` counts the unreadable events that the projections have met; use `verify` to find events that ' +
        'were damaged later. Positions in PASS_OVER that hold no such event are reported. While MongoDB is away, ' +
        'prints the rest, and exits with 1.',
    )
    .action((options: CommonOptions) =>
      connecting(options, async (stores, config) => {
        await endingAtOnce(() => stores.checkIntegrity('pages'))
        const facts = await statusFacts(stores, config, options.data)
        if (process.stdout.isTTY) await printText(statusTable(facts))
        else await print(statusLine(facts))
        if ('trouble' in facts.readModels) throw new CommandFailed(`read models: ${facts.readModels.trouble}`)
        for (const position of await needless(facts.pass_over, stores.auditIndex, facts.log.end))
          say(`PASS_OVER lists position ${position}, but the event there can be read or does not exist`)
      }),
    )

const statusLine = ({ readModels, ...facts }: StatusFacts) => {
  if ('trouble' in readModels) return { ...facts, read_models: readModels }
  const { read_models, unreadable } = readModels
  return { ...facts, unreadable, ...read_models }
}

/** Positions in PASS_OVER without an unreadable event, except those that the audit index has not reached yet. */
const needless = async (
  passOver: ReadonlyArray<Position>,
  auditIndex: AuditIndex,
  end: Position,
): Promise<ReadonlyArray<Position>> => {
  if (passOver.length === 0) return []
  const checkpoint = await auditIndex.checkpoint()
  const unreadable = new Set<Position>()
  for await (const { position } of auditIndex.find({ by: 'unreadable' })) unreadable.add(position)
  const isMet = (position: Position) =>
    comparePositions(position, checkpoint) <= 0 || comparePositions(position, end) > 0
  return passOver.filter((position) => isMet(position) && !unreadable.has(position))
}
