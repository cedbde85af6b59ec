import type { Database, ProfileId } from '../../domain/ids.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { ContactKeys } from '../../domain/searching/contact-keys.ts'
import { hadTerm } from '../../domain/searching/search-terms.ts'
import { termNumber } from '../../domain/searching/term-number.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { SearchEntry, SearchIndex } from '../ports/search-index.ts'
import { recordedEvents } from '../recorded-events.ts'
import { hasTerms } from './has-terms.ts'

/** How often profiles may have been given a contact. */
const maxGains = 1000
/** How many profiles may have had it. */
const maxHolders = 100

export interface HolderPorts {
  readonly searchIndex: SearchIndex
  readonly eventStore: EventStore
}

/** The imports that gave a contact to a profile, newest first. */
export interface ContactGains {
  readonly keys: ContactKeys
  readonly entries: ReadonlyArray<SearchEntry>
  /** Whether there may be more, or too many profiles had it: it says little about who they are. */
  readonly tooMany: boolean
}

export const contactGains = async (searchIndex: SearchIndex, keys: ContactKeys): Promise<ContactGains> => {
  const { entries, next } = await searchIndex.find({ allOf: [keys.map(hadTerm).map(termNumber)] }, maxGains)
  const profiles = new Set(entries.map(({ profileId }) => profileId))
  return { keys, entries, tooMany: next !== undefined || profiles.size > maxHolders }
}

/** The profiles that have, or ever had, a contact: those that were given it last come first. */
export const contactHolders = async (
  eventStore: EventStore,
  { definitionOf }: Pick<ImportRules, 'definitionOf'>,
  { keys, entries }: ContactGains,
): Promise<ReadonlyMap<ProfileId, Database>> => {
  const profiles = new Map<ProfileId, Database>()
  for await (const recorded of recordedEvents(eventStore, entries)) {
    const { event } = recorded
    if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') continue
    if (!hasTerms(recorded, [keys.map(hadTerm)], definitionOf)) continue
    const { account_id, db_id, profile_id } = event.public
    profiles.set(profile_id, { account_id, db_id })
  }
  return profiles
}
