import * as E from 'fp-ts/lib/Either.js'
import type { ImportQuery, ImportRecord } from '../../application/ports/audit-index.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import type { SearchCursor } from '../../application/ports/search-index.ts'
import { type RefusalCriteria, refusalsOf } from '../../application/questions/refusals.ts'
import { type SearchCriteria, search } from '../../application/questions/search.ts'
import { type Replay, type ReplaysOptions, replayOfImport, replaysOf } from '../../application/replay.ts'
import { importIdOfEvent } from '../../domain/events/stored-event.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { Stores } from '../composition-root/stores.ts'
import { CommandFailed, UsageError } from './command-context.ts'
import { criteriaOf, filtersIn, type SearchFilters } from './search-filters.ts'
import { tellSearchLag, tellWideContacts } from './tell-search.ts'

/** The options that say what to replay. */
export interface ReplayQuery extends SearchFilters {
  readonly group?: RefusalCriteria
  readonly applied?: true
}

/** Which messages are replayed. */
type Asked =
  | Extract<ImportQuery, { readonly by: 'import' | 'code' }>
  | { readonly by: 'group'; readonly criteria: RefusalCriteria }
  | { readonly by: 'search'; readonly filters: SearchFilters }

/** @throws UsageError */
export const askedFor = ({ group, applied, ...options }: ReplayQuery): Asked => {
  const filters = filtersIn(options)
  const { import: importId, code, since, verdict, ...others } = filters
  const isAlone = Object.keys(filters).length + (group === undefined ? 0 : 1) === 1
  if (importId !== undefined || group !== undefined) {
    if (!isAlone) throw new UsageError(['--import, --group: take no other condition'])
    return group === undefined
      ? { by: 'import', importId: importId as ImportId }
      : { by: 'group', criteria: group }
  }
  if (Object.keys(filters).length === 0)
    throw new UsageError(['say which imports: --import, --group, or conditions as those of `search`'])
  if (code === 0 && !applied)
    throw new UsageError(['--code: 0 means imports that were not refused, which needs --applied'])
  if (verdict !== undefined && verdict !== 'rejected' && !applied)
    throw new UsageError([`--verdict: ${verdict} means imports that were not refused, which needs --applied`])
  // The audit index streams them, and is there even if nobody builds the search index.
  if (code !== undefined && verdict === undefined && Object.keys(others).length === 0)
    return { by: 'code', code, ...(since !== undefined && { since }) }
  return { by: 'search', filters: applied ? filters : { ...filters, verdict: 'rejected' } }
}

/** @throws CommandFailed */
export async function* replaysAsked(
  asked: Asked,
  stores: Stores,
  rules: ImportRules,
  how: ReplaysOptions,
): AsyncGenerator<Replay> {
  const { auditIndex, eventStore } = stores
  switch (asked.by) {
    case 'code':
      return yield* replaysOf(auditIndex, eventStore, auditIndex.find(asked), how)
    case 'group':
      return yield* replaysOf(auditIndex, eventStore, refusalsOf(auditIndex, eventStore, asked.criteria), how)
    case 'search':
      return yield* replaysOf(
        auditIndex,
        eventStore,
        searched(stores, rules, criteriaOf(asked.filters, rules)),
        how,
      )
    case 'import': {
      const replay = await replayOfImport(auditIndex, eventStore, asked.importId, how)()
      if (E.isRight(replay)) yield replay
      else if (replay.left === 'no_such_import') throw new CommandFailed('no such import')
      else yield E.left(replay.left)
    }
  }
}

/** In the order of the log. Only their ids are held. */
async function* searched(
  stores: Stores,
  rules: ImportRules,
  criteria: SearchCriteria,
): AsyncGenerator<ImportRecord> {
  await tellSearchLag(stores)
  const ids: Array<ImportId> = []
  for (let after: SearchCursor | undefined, first = true; first || after !== undefined; first = false) {
    const found = await search(stores, rules, criteria, foundTogether, after)
    if (first) tellWideContacts(found)
    for (const { recorded } of found.imports) ids.push(...importIdsIn(recorded))
    after = found.next
  }
  for (const importId of ids.reverse()) {
    const { records } = await stores.auditIndex.lookup([importId], [])
    const record = records.get(importId)
    if (record !== undefined) yield record
  }
}

const foundTogether = 500

const importIdsIn = ({ event, eventId }: RecordedEvent): ReadonlyArray<ImportId> => {
  const importId = importIdOfEvent(event, eventId)
  return importId === undefined ? [] : [importId]
}
