import { Command, Option } from 'commander'
import type { SearchCriteria } from '../../application/questions/search.ts'
import type { ImportId, ProfileId } from '../../domain/ids.ts'
import { type Verdict, verdicts } from '../../domain/outcome.ts'
import { reasonTags } from '../../domain/reason.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { type ContactKeys, phoneContact } from '../../domain/searching/contact-keys.ts'
import {
  accountTerm,
  appTerm,
  codeTerm,
  dbTerm,
  feedbackTerm,
  fieldTerm,
  messageTerm,
  profileTerm,
  reasonTerm,
  type SearchTerm,
  userTerm,
  verdictTerm,
} from '../../domain/searching/search-terms.ts'
import { UsageError } from './command-context.ts'
import { custom, email, push } from './parse-contact.ts'
import { asGiven, importId, once, oneOf, profileId, time, wholeNumber } from './parse-options.ts'

export interface SearchFilters {
  readonly email?: ContactKeys
  readonly phone?: string
  readonly custom?: ContactKeys
  readonly push?: ContactKeys
  readonly feedbackId?: string
  readonly messageId?: string
  readonly appId?: string
  readonly userId?: string
  readonly import?: ImportId
  readonly profile?: ProfileId
  readonly account?: number
  readonly db?: number
  readonly code?: number
  readonly reason?: string
  readonly verdict?: Verdict
  readonly field?: string
  readonly since?: string
  readonly until?: string
}

/** Adds the options that say which imports are meant; all that are given must be true of an import. */
export const addSearchFilters = (
  command: Command,
  importText = 'this import, its repetitions and its replays',
): Command =>
  command
    .option('--email <address>', 'an email address of the message, or that its profile ever had', once(email))
    .option('--phone <number>', 'likewise, a phone number', once(asGiven))
    .option(
      '--custom <name=value>',
      'likewise, a field, tag or member of a subscription to match by',
      once(custom),
    )
    .option('--push <provider:id>', 'likewise, a push subscription', once(push))
    .option('--feedback-id <id>', 'feedback_id of the message', once(asGiven))
    .option('--message-id <id>', 'message_id of the message', once(asGiven))
    .option('--app-id <id>', 'app_id of the message', once(asGiven))
    .option('--user-id <id>', 'user_id of the message', once(asGiven))
    .option('--import <id>', importText, once(importId))
    .option('--profile <id>', 'created, changed or named this profile', once(profileId))
    .option('--account <id>', 'account_id', once(wholeNumber))
    .option('--db <id>', 'db_id', once(wholeNumber))
    .option('--code <n>', 'answered with this code, such as 404', once(wholeNumber))
    .addOption(
      new Option('--reason <tag>', 'refused for this reason')
        .choices(reasonTags)
        .argParser(once(oneOf(reasonTags))),
    )
    .addOption(
      new Option('--verdict <verdict>', 'what became of the message')
        .choices(verdicts)
        .argParser(once(oneOf(verdicts))),
    )
    .option('--field <name>', 'changed this field', once(asGiven))
    .option(
      '--since <time>',
      'taken from its source at or after this time, such as 2026-01-31T12:00:00+01:00, or this date (midnight UTC)',
      once(time),
    )
    .option('--until <time>', 'taken before this time, or this date', once(time))

/** Only the conditions that are given, without other options. */
export const filtersIn = (options: SearchFilters): SearchFilters =>
  Object.fromEntries(
    Object.entries(options).filter(([name, value]) => filterNames.has(name) && value !== undefined),
  )

const filterNames: ReadonlySet<string> = new Set(
  addSearchFilters(new Command()).options.map((option) => option.attributeName()),
)

/** @throws UsageError */
export const criteriaOf = (filters: SearchFilters, rules: ImportRules): SearchCriteria => {
  const { email, custom, push, import: imported, since, until } = filters
  return {
    contacts: [email, phoneKeys(filters, rules), custom, push].filter((keys) => keys !== undefined),
    terms: termsOf(filters).map((term) => [term]),
    ...(imported !== undefined && { importId: imported }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  }
}

const termsOf = (filters: SearchFilters): ReadonlyArray<SearchTerm> => [
  ...given(messageTerm, filters.messageId),
  ...given(feedbackTerm, filters.feedbackId),
  ...given(profileTerm, filters.profile),
  ...given(userTerm, filters.userId),
  ...given(reasonTerm, filters.reason),
  ...given(dbTerm, filters.db),
  ...given(appTerm, filters.appId),
  ...given(codeTerm, filters.code),
  ...given(fieldTerm, filters.field),
  ...given(accountTerm, filters.account),
  ...given(verdictTerm, filters.verdict),
]

const given = <Value>(
  term: (value: Value) => SearchTerm,
  value: Value | undefined,
): ReadonlyArray<SearchTerm> => (value === undefined ? [] : [term(value)])

const phoneKeys = ({ phone }: SearchFilters, { defaultCountry }: ImportRules): ContactKeys | undefined => {
  if (phone === undefined) return undefined
  const keys = phoneContact(phone, defaultCountry)
  if (keys === undefined)
    throw new UsageError([
      `--phone: must be a phone number with a country code${defaultCountry === undefined ? ' (DEFAULT_COUNTRY is not set)' : `, or one of ${defaultCountry}`}`,
    ])
  return keys
}
