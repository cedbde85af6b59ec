import type { Command } from 'commander'
import { explain } from '../../application/questions/explain.ts'
import type { ImportId } from '../../domain/ids.ts'
import { CommandFailed, type CommonOptions, reading } from './command-context.ts'
import { explanationLine } from './format-event.ts'
import { liveGeneration } from './live-generation.ts'
import { print, printText } from './output.ts'
import { importId } from './parse-options.ts'
import { tellImport } from './tell-import.ts'

interface ExplainOptions extends CommonOptions {
  readonly import: ImportId
  readonly json?: true
}

export const addExplain = (command: Command): Command =>
  command
    .command('explain')
    .summary('tell everything about one import')
    .description(
      'Tells in sentences what the log holds about one import: the message, who sent it and when, what it was matched ' +
        'by, what changed, the reply, its repetitions and replays. Exits with 1 if there is no such import.',
    )
    .requiredOption('--import <id>', 'import id', importId)
    .option('--json', 'print one line of JSON instead')
    .action((options: ExplainOptions) =>
      reading(options, async ({ auditIndex, eventStore, projections, projectionStores }) => {
        await liveGeneration(projections.imports, projectionStores.imports)
        const explanation = await explain(auditIndex, eventStore, options.import)
        if (explanation === undefined) throw new CommandFailed('no such import')
        if (options.json) await print(explanationLine(explanation))
        else await printText(tellImport(explanation))
      }),
    )
