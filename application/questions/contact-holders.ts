import type { Database, ProfileId } from '../../domain/ids.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { ContactKeys } from '../../domain/searching/contact-keys.ts'
import { hadTerm } from '../../domain/searching/search-terms.ts'
import { termNumber } from '../../domain/searching/term-number.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { SearchIndex } from '../ports/search-index.ts'
import { recordedEvents } from '../recorded-events.ts'
import { hasTerms } from './has-terms.ts'

/** How often profiles may have been given a contact. */
const maxGains = 1000
/** How many profiles may have had it. */
export const maxHolders = 100

export interface ContactHolders {
  readonly profiles: ReadonlyMap<ProfileId, Database>
  /** Whether there may be more: the contact says little about who they are. */
  readonly tooMany: boolean
}

export interface HolderPorts {
  readonly searchIndex: SearchIndex
  readonly eventStore: EventStore
}

/** The profiles that have, or ever had, a contact: those that were given it last come first. */
export const contactHolders = async (
  { searchIndex, eventStore }: HolderPorts,
  { definitionOf }: Pick<ImportRules, 'definitionOf'>,
  keys: ContactKeys,
): Promise<ContactHolders> => {
  const had = [keys.map(hadTerm)]
  const { entries, next } = await searchIndex.find(
    { allOf: had.map((terms) => terms.map(termNumber)) },
    maxGains,
  )
  const profiles = new Map<ProfileId, Database>()
  for await (const recorded of recordedEvents(eventStore, entries)) {
    const { event } = recorded
    if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') continue
    if (!hasTerms(recorded, had, definitionOf)) continue
    const { account_id, db_id, profile_id } = event.public
    if (profiles.size === maxHolders && !profiles.has(profile_id)) return { profiles, tooMany: true }
    profiles.set(profile_id, { account_id, db_id })
  }
  return { profiles, tooMany: next !== undefined }
}
