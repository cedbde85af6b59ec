import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { SearchEntry } from '../application/ports/search-index.ts'
import type { ImportRules } from '../domain/rules.ts'
import { searchTermsIn } from '../domain/searching/search-terms.ts'
import { termNumber } from '../domain/searching/term-number.ts'
import type { Projection } from './projection.ts'

const codeVersion = 1

/** What every import can be searched by. Events that cannot be read are left out. */
export const searchProjection = (
  definitionOf: ImportRules['definitionOf'],
  definitionsVersion: string,
): Projection<never, SearchEntry> => ({
  name: 'search',
  version: `${codeVersion}-${definitionsVersion}`,
  idOf: ({ position }) => position,
  bytesOf: ({ terms }) => 200 + 20 * terms.length,
  idOfEvent: ({ event, position }) => (event.type === 'Unreadable' ? undefined : position),
  mayShow: ({ position }, unreadable) => position === unreadable.position,
  fold: (_, events) => events.flatMap((recorded) => entryOf(recorded, definitionOf)),
})

const entryOf = (
  { event, position, stream, revision }: RecordedEvent,
  definitionOf: ImportRules['definitionOf'],
): SearchEntry | ReadonlyArray<never> => {
  if (event.type === 'Unreadable') return []
  return {
    position,
    stream,
    revision,
    time: Date.parse(event.public.time),
    ...('profile_id' in event.public && { profileId: event.public.profile_id }),
    terms: [...searchTermsIn(stream, event, definitionOf)].map(termNumber).sort((a, b) => a - b),
  }
}
