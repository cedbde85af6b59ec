import { undeclared } from '../../domain/definitions/undeclared.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { type SearchTerm, searchTermsOf } from '../../domain/searching/search-terms.ts'
import { databaseOf } from '../../domain/streams.ts'
import type { RecordedEvent } from '../ports/event-store.ts'

/** Whether an event has one term of each list: the search index holds numbers, which different terms may share. */
export const hasTerms = (
  { event, stream }: RecordedEvent,
  lists: ReadonlyArray<ReadonlyArray<SearchTerm>>,
  definitionOf: ImportRules['definitionOf'],
): boolean => {
  if (event.type === 'Unreadable') return false
  const database = databaseOf(stream)
  const terms = searchTermsOf(event, (database && definitionOf(database)) ?? undeclared)
  return lists.every((list) => list.some((term) => terms.has(term)))
}
