import { type Command, InvalidArgumentError } from 'commander'
import type { DayRange } from '../../application/ports/refusal-counts.ts'
import {
  type Dimension,
  dimensions,
  groupRefusals,
  type RefusalCriteria,
  type RefusalSummary,
  refusalsOf,
} from '../../application/questions/refusals.ts'
import { recordedEvents } from '../../application/recorded-events.ts'
import type { Stores } from '../composition-root/stores.ts'
import { CommandFailed, type CommonOptions, reading, UsageError } from './command-context.ts'
import { historyLine } from './format-event.ts'
import { liveGeneration } from './live-generation.ts'
import { print } from './output.ts'
import { day } from './parse-options.ts'
import { refusalGroup, refusalGroupId } from './refusal-group-id.ts'

interface RefusalsOptions extends CommonOptions {
  readonly groupBy?: ReadonlyArray<Dimension>
  readonly since?: string
  readonly until?: string
  readonly group?: RefusalCriteria
}

export const addRefusals = (command: Command): Command =>
  command
    .command('refusals')
    .summary('count refused messages in groups, or print those of a group')
    .description(
      'Prints the refused messages in groups, the largest first: what they have in common, how many there are, when ' +
        'the first and the last came, and one of them as an example. A message counts under its first mistake. With --group, prints the messages of a group as ' +
        '`history` does. Names beyond a thousand a day are counted together, as "overflow".',
    )
    .option(
      '--group-by <list>',
      `what to group by, comma-separated: ${dimensions.join(', ')} (default: reason,member)`,
      parseDimensions,
    )
    .option('--since <day>', 'only from this day on (UTC), such as 2026-01-31', day)
    .option('--until <day>', 'only before this day (UTC)', day)
    .option('--group <id>', 'print the messages of this group', refusalGroup)
    .action(({ groupBy, since, until, group, ...options }: RefusalsOptions) => {
      if (group !== undefined && (groupBy ?? since ?? until) !== undefined)
        throw new UsageError(['--group: takes no other option, since the group says what is in it'])
      return reading(options, (stores) => {
        if (group !== undefined) return printGroup(stores, group)
        const range = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) }
        return printGroups(stores, groupBy ?? ['reason', 'member'], range)
      })
    })

const printGroups = async (
  { refusalCounts, projections, projectionStores }: Stores,
  by: ReadonlyArray<Dimension>,
  range: DayRange,
): Promise<void> => {
  await liveGeneration(projections.refusals, projectionStores.refusals)
  for (const summary of await groupRefusals(refusalCounts, by, range)) await print(groupLine(summary))
}

const printGroup = async (
  { auditIndex, eventStore, projections, projectionStores }: Stores,
  criteria: RefusalCriteria,
): Promise<void> => {
  await liveGeneration(projections.imports, projectionStores.imports)
  let found = false
  for await (const recorded of recordedEvents(eventStore, refusalsOf(auditIndex, eventStore, criteria))) {
    found = true
    await print(historyLine({ recorded }))
  }
  if (!found) throw new CommandFailed('no refusals found')
}

const isDimension = (name: string): name is Dimension => dimensions.some((known) => known === name)

const parseDimensions = (list: string): ReadonlyArray<Dimension> => {
  const names = list.split(',').map((name) => name.trim())
  if (!names.every(isDimension)) throw new InvalidArgumentError(`Allowed are ${dimensions.join(', ')}.`)
  return dimensions.filter((dimension) => names.includes(dimension))
}

const groupLine = ({ criteria, overflow, count, first, last, example }: RefusalSummary) => {
  const { codes, since: _, until: __, ...values } = criteria
  return {
    // Which messages these are is not known.
    group: overflow ? null : refusalGroupId(criteria),
    codes,
    ...values,
    ...(overflow && { overflow }),
    count,
    first,
    last,
    example,
  }
}
