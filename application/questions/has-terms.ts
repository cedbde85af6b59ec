import type { ImportRules } from '../../domain/rules.ts'
import { type SearchTerm, searchTermsIn } from '../../domain/searching/search-terms.ts'
import type { RecordedEvent } from '../ports/event-store.ts'

/** Whether an event has one term of each list: the search index holds numbers, which different terms may share. */
export const hasTerms = (
  { event, stream }: RecordedEvent,
  lists: ReadonlyArray<ReadonlyArray<SearchTerm>>,
  definitionOf: ImportRules['definitionOf'],
): boolean => {
  if (event.type === 'Unreadable') return false
  const terms = searchTermsIn(stream, event, definitionOf)
  return lists.every((list) => list.some((term) => terms.has(term)))
}
