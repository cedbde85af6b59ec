import { type Command, InvalidArgumentError } from 'commander'
import { isPosition } from '../../application/ports/position.ts'
import type { SearchCursor } from '../../application/ports/search-index.ts'
import { type Found, search } from '../../application/questions/search.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, type CommonOptions, reading } from './command-context.ts'
import { historyLine } from './format-event.ts'
import { liveGeneration } from './live-generation.ts'
import { print, say } from './output.ts'
import { wholeNumber } from './parse-options.ts'
import { addSearchFilters, criteriaOf, type SearchFilters } from './search-filters.ts'
import { tellSearchLag, tellWideContacts } from './tell-search.ts'

interface SearchOptions extends CommonOptions, SearchFilters {
  readonly limit: number
  readonly cursor?: SearchCursor
}

export const addSearch = (command: Command): Command =>
  addSearchFilters(
    command
      .command('search')
      .summary('find imports by what their messages or profiles had, newest first')
      .description(
        'Prints the imports that meet all conditions, across all databases, one line each as `history` does, newest ' +
          'first. Contacts find what a message named, and all imports of the profiles that ever had them. If there ' +
          'may be more, standard error names the cursor to continue with. Exits with 1 if there is none.',
      ),
  )
    .option('--limit <n>', 'print at most so many', positiveNumber, 50)
    .option('--cursor <cursor>', 'continue where an earlier search has stopped', searchCursor)
    .action((options: SearchOptions) =>
      reading(options, async (stores, { rules }) => {
        const criteria = criteriaOf(options, rules)
        await liveGeneration(stores.projections.imports, stores.projectionStores.imports)
        await tellSearchLag(stores)
        const found = await search(stores, rules, criteria, options.limit, options.cursor)
        for (const entry of found.imports) await print(historyLine(entry))
        tellWideContacts(found)
        tellRest(found)
      }),
    )

const tellRest = ({ imports, next }: Found): void => {
  if (next !== undefined) {
    const found = imports.length === 0 ? 'nothing found so far' : counted(imports.length, 'import')
    say(`${found}; continue with --cursor ${cursorText(next)}`)
  } else if (imports.length === 0) throw new CommandFailed('no imports found')
}

const cursorText = ({ time, position }: SearchCursor): string => `${time}@${position}`

const searchCursor = (text: string): SearchCursor => {
  const [, time, position = ''] = /^(\d{1,15})@(.+)$/.exec(text) ?? []
  if (time === undefined || !isPosition(position))
    throw new InvalidArgumentError('Must be a cursor as printed by `search`.')
  return { time: Number(time), position }
}

const positiveNumber = (text: string): number => {
  const number = wholeNumber(text)
  if (number < 1) throw new InvalidArgumentError('Must be at least 1.')
  return number
}
