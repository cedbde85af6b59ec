import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { type Difference, type WhatIfResult, whatIf } from '../../application/rehearsing/what-if.ts'
import type { WhatIfScope } from '../../application/rehearsing/what-if-scope.ts'
import { projections } from '../../projections/registry.ts'
import type { Stores } from '../composition-root/stores.ts'
import { changedRules, ruleNames } from '../config/changed-rules.ts'
import type { Config } from '../config/load-config.ts'
import { openScratch } from '../sqlite/open-scratch.ts'
import type { TextWriter } from '../system/new-private-file.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemIds } from '../system/system-ids.ts'
import { withTemporaryFolder } from '../system/temporary-folder.ts'
import { safeJson } from '../text/safe-json.ts'
import { type CommonOptions, connecting, sourcesOf, UsageError } from './command-context.ts'
import { differenceLine, resultLine, tellResult } from './format-difference.ts'
import { interruptible } from './interruptible.ts'
import { print, printText } from './output.ts'
import { writeOutput } from './output-option.ts'
import { time, wholeNumber } from './parse-options.ts'

interface WhatIfOptions extends CommonOptions {
  readonly rules?: string
  readonly databases?: string
  readonly account?: number
  readonly db?: number
  readonly since?: string
  readonly out?: string
}

/** How many differences of each kind are shown. */
const shown = 5

export const addWhatIf = (command: Command): Command =>
  command
    .command('what-if')
    .summary('run kept messages through changed rules, and tell what would differ')
    .description(
      'Runs the kept messages again under other rules, over a scratch copy in a temporary folder (TMPDIR), and compares ' +
        'outcomes and profiles with the recorded ones. Nothing else is touched. Left out are repetitions, events that ' +
        'cannot be read, and messages that were too large to be kept whole but would not be too large now. Prints ' +
        'how many outcomes and profiles would differ, and examples: as text on a terminal, otherwise as JSON.',
    )
    .option(
      '--rules <file>',
      `JSON with the rules that change, by the names of main.json: ${ruleNames.join(', ')}; null is the default`,
    )
    .option('--databases <file>', 'JSON in place of DATABASES_FILE')
    .option('--account <id>', 'only messages of this account_id', wholeNumber)
    .option('--db <id>', 'only messages of this db_id', wholeNumber)
    .option(
      '--since <time>',
      'begin with the state that was recorded before the first message that was taken from its source at or after ' +
        'this time, such as 2026-01-31T12:00:00+01:00, or this date (midnight UTC)',
      time,
    )
    .option('--out <file>', 'write every difference to this new file, as NDJSON')
    .action((options: WhatIfOptions) => {
      if ((options.rules ?? options.databases) === undefined)
        throw new UsageError(['give --rules, --databases or both'])
      return connecting(options, async (stores) => {
        const changed = changedRules(sourcesOf(options), options)
        if (E.isLeft(changed)) throw new UsageError(changed.left)
        await interruptible((stop) => run(stores, changed.right, options, stop))
      })
    })

const run = async (
  stores: Stores,
  config: Config,
  options: WhatIfOptions,
  stop: AbortSignal,
): Promise<void> => {
  const examples: Record<Difference['tag'], Array<Difference>> = { Outcome: [], Profile: [] }
  const compare = (file?: TextWriter) =>
    compared(stores, config, options, stop, async (difference) => {
      const known = examples[difference.tag]
      if (known.length < shown) known.push(difference)
      await file?.write(`${safeJson(differenceLine(difference))}\n`)
    })
  const { out } = options
  const result = out === undefined ? await compare() : await writeOutput('--out', out, compare)
  const sample = [...examples.Outcome, ...examples.Profile]
  if (process.stdout.isTTY) await printText(tellResult(result, sample))
  else await print({ ...resultLine(result), examples: sample.map(differenceLine) })
}

const compared = (
  { projectedLog: log }: Stores,
  config: Config,
  options: WhatIfOptions,
  stop: AbortSignal,
  onDifference: (difference: Difference) => Promise<void>,
): Promise<WhatIfResult> =>
  withTemporaryFolder(async (folder) => {
    const { rules } = config
    const scratch = await openScratch(
      folder,
      projections({ ...config, definitionOf: rules.definitionOf }).profiles,
    )
    const ports = { log, scratch, clock: systemClock, chance: systemChance, ids: systemIds }
    try {
      return await whatIf(ports, rules, scopeOf(options), onDifference, stop)
    } finally {
      scratch.close()
    }
  })

const scopeOf = ({ account, db, since }: WhatIfOptions): WhatIfScope => ({
  ...(account !== undefined && { account_id: account }),
  ...(db !== undefined && { db_id: db }),
  ...(since !== undefined && { since }),
})
