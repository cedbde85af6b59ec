import { contextOf } from '../../domain/events/stored-event.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { ContactKeys } from '../../domain/searching/contact-keys.ts'
import { hadTerm, namedTerm, profileTerm, type SearchTerm } from '../../domain/searching/search-terms.ts'
import { termNumber } from '../../domain/searching/term-number.ts'
import type { AuditIndex, ImportRecord } from '../ports/audit-index.ts'
import { comparePositions } from '../ports/position.ts'
import type { SearchCursor } from '../ports/search-index.ts'
import { recordedEvents } from '../recorded-events.ts'
import { contactGains, contactHolders, type HolderPorts } from './contact-holders.ts'
import { hasTerms } from './has-terms.ts'
import { type HistoryEntry, originalOf } from './history.ts'

/** All of it must be true of an import. */
export interface SearchCriteria {
  /** Contacts that its message named, or that its profile ever had. */
  readonly contacts: ReadonlyArray<ContactKeys>
  /** It has one term of each list. */
  readonly terms: ReadonlyArray<ReadonlyArray<SearchTerm>>
  /** It is this import, one of its repetitions, or one of its replays. */
  readonly importId?: ImportId
  /** When its message was taken from its source: from this time on, RFC 3339, UTC. */
  readonly since?: string
  /** Before this time. */
  readonly until?: string
}

export interface Found {
  /** Newest first. */
  readonly imports: ReadonlyArray<HistoryEntry>
  /** Where to go on; undefined if nothing is left. */
  readonly next?: SearchCursor
  /** Contacts of too many profiles: only the imports are found whose message named them, or that set them. */
  readonly wideContacts: ReadonlyArray<ContactKeys>
}

export interface SearchPorts extends HolderPorts {
  readonly auditIndex: AuditIndex
}

/**
 * At most `limit` imports that meet the criteria, newest first. Every call takes a bounded time, so there may be fewer,
 * even none, although there are more.
 */
export const search = async (
  ports: SearchPorts,
  { definitionOf }: Pick<ImportRules, 'definitionOf'>,
  criteria: SearchCriteria,
  limit: number,
  after?: SearchCursor,
): Promise<Found> => {
  const { searchIndex, auditIndex, eventStore } = ports
  const contacts = await Promise.all(criteria.contacts.map((keys) => contactTerms(ports, definitionOf, keys)))
  const wideContacts = criteria.contacts.filter((_, i) => contacts[i]?.isWide)
  const allOf = [...contacts.map(({ terms }) => terms), ...criteria.terms]
  const page: Page =
    criteria.importId === undefined
      ? await searchIndex.find({ ...rangeOf(criteria), allOf: allOf.map(numbersOf) }, limit, after)
      : { entries: await relatedTo(auditIndex, criteria.importId, criteria, after) }
  const imports: Array<HistoryEntry> = []
  let last: SearchCursor | undefined
  for await (const recorded of recordedEvents(eventStore, page.entries)) {
    if (!hasTerms(recorded, allOf, definitionOf)) continue
    if (last !== undefined && imports.length === limit) return { imports, next: last, wideContacts }
    const original = await originalOf(auditIndex, eventStore, recorded)
    imports.push({ recorded, ...(original !== undefined && { original }) })
    last = { position: recorded.position, time: timeOf(contextOf(recorded.event)?.public) }
  }
  return { imports, ...(page.next !== undefined && { next: page.next }), wideContacts }
}

/** What finds the imports of a contact. `isWide`: those of the profiles that had it are too many to be looked for. */
const contactTerms = async (
  { searchIndex, eventStore }: HolderPorts,
  definitionOf: ImportRules['definitionOf'],
  keys: ContactKeys,
) => {
  const gains = await contactGains(searchIndex, keys)
  const profiles = gains.tooMany ? [] : (await contactHolders(eventStore, { definitionOf }, gains)).keys()
  const terms = new Set([...keys.map(hadTerm), ...keys.map(namedTerm), ...[...profiles].map(profileTerm)])
  return { terms: [...terms], isWide: gains.tooMany }
}

interface Page {
  readonly entries: ReadonlyArray<Pick<ImportRecord, 'stream' | 'revision'>>
  readonly next?: SearchCursor
}

const numbersOf = (terms: ReadonlyArray<SearchTerm>): ReadonlyArray<number> => terms.map(termNumber)

type Range = Pick<SearchCriteria, 'since' | 'until'>

const rangeOf = ({ since, until }: Range) => ({
  ...(since !== undefined && { since: Date.parse(since) }),
  ...(until !== undefined && { until: Date.parse(until) }),
})

/** The import, its repetitions and its replays, newest first. */
const relatedTo = async (
  auditIndex: AuditIndex,
  importId: ImportId,
  range: Range,
  after: SearchCursor | undefined,
): Promise<ReadonlyArray<ImportRecord>> => {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = rangeOf(range)
  const records: Array<ImportRecord> = []
  for await (const record of auditIndex.find({ by: 'import', importId })) {
    const isOlder = after === undefined || comparePositions(record.position, after.position) < 0
    if (isOlder && since <= timeOf(record) && timeOf(record) < until) records.push(record)
  }
  return records.reverse()
}

/** 0 if it cannot be read. */
const timeOf = (taken: { readonly time?: string } | undefined): number =>
  taken?.time === undefined ? 0 : Date.parse(taken.time)
