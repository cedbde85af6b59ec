import { describe, expect, test } from 'vitest'
import { decodeStoredEvent } from '../../../domain/events/decode-stored-event.ts'
import { outcomeOf } from '../../../domain/events/outcome-of.ts'
import { type Database, profileIdOf } from '../../../domain/ids.ts'
import { importRejected } from '../../../domain/import-rejected.ts'
import { importRepeated } from '../../../domain/import-repeated.ts'
import { refusedFor } from '../../../domain/outcome.ts'
import { profileCheckOf } from '../../../domain/profile-check.ts'
import { databaseStream, rejectedImportsStream } from '../../../domain/streams.ts'
import {
  aDatabase,
  anImportId,
  profileCreated,
  profileUpdated,
  someContext,
} from '../../support/builders/event-builders.ts'

interface Stored {
  readonly type: string
  readonly public: object
  readonly personal: object
}

/** Reads the event of import 1 in its stream, with other members in its parts. */
const read = (stored: Stored, told: object = {}, personal: object = {}, stream = 'profiles-1.7') => {
  const context = someContext(1)
  const data = {
    public: { ...context.public, ...stored.public, ...told },
    personal: { ...context.personal, ...stored.personal, ...personal },
    message: context.message,
  }
  const raw = { eventId: anImportId(1), stream, type: stored.type, data, metadata: {} }
  return decodeStoredEvent(JSON.parse(JSON.stringify(raw)))
}

const damaged = (problem: string) => ({ type: 'Unreadable', reason: 'damaged', problem })

const changes = [{ field: 'a', action: 'set', value: 1 }]
const subscription = { channel: 'email', resource_id: 1, email: 'a@example.com' }
const subscriptions = [{ action: 'put', subscription }]

describe('an update', () => {
  const profileId = profileIdOf(anImportId(9))
  const profile_check = profileCheckOf(anImportId(1), profileId)
  const checked = { profile_id: profileId, profile_check }

  test.each([
    ['another profile', { profile_id: profileIdOf(anImportId(8)) }],
    ['the check of another event', { profile_check: profileCheckOf(anImportId(2), profileId) }],
    ['an empty check', { profile_check: '' }],
  ])('that fits its check is damaged if it then has %s', (_, told) => {
    expect(read(profileUpdated(1), checked).type).toBe('ProfileUpdated')
    expect(read(profileUpdated(1), { ...checked, ...told })).toMatchObject(
      damaged('profile_id: does not match its check'),
    )
  })

  const updated = profileUpdated(1, { changes: [{ field: 'a', action: 'set', value: 1 }] })
  const unchanged = profileUpdated(1)

  test.each([
    [updated, 'updated', {}],
    [updated, 'updated', { changes: [], subscriptions }],
    [unchanged, 'unchanged', {}],
  ])('may be $1.verdict with $2', (stored, verdict, personal) => {
    expect(read(stored, { verdict }, personal).type).toBe('ProfileUpdated')
  })

  test.each([
    [updated, 'unchanged', {}],
    [updated, 'updated', { changes: [] }],
    [unchanged, 'updated', {}],
    [unchanged, 'unchanged', { changes }],
    [unchanged, 'unchanged', { subscriptions }],
  ])('whose verdict does not match its changes is damaged', (stored, verdict, personal) => {
    expect(read(stored, { verdict }, personal)).toMatchObject(damaged('verdict: does not match the changes'))
  })

  test('a create needs no changes', () => {
    expect(read(profileCreated(1)).type).toBe('ProfileCreated')
  })
})

const notFound = { tag: 'ProfileNotFound' } as const
const noField = { tag: 'UnknownField', field: 'a' } as const
const database = aDatabase()

const refusal = importRejected([notFound], database)
const repeatedRefusal = importRepeated(anImportId(9), refusedFor(notFound), database)
const repeatedCreate = importRepeated(
  anImportId(9),
  { verdict: 'created', profile_id: profileIdOf(anImportId(9)) },
  database,
)

describe.each([refusal, repeatedRefusal])('a refusal, in $type,', (stored) => {
  test('may have several reasons, of which the first determines the code', () => {
    const tags = { reason_tags: ['UnknownField', 'ProfileNotFound'], code: 400 }
    expect(read(stored, tags, { reasons: [noField, notFound] }).type).toBe(stored.type)
  })

  test.each([
    ['another tag', { reason_tags: ['UnknownField'] }, {}],
    ['another reason', { code: 400 }, { reasons: [noField] }],
    ['a tag too many', { reason_tags: ['ProfileNotFound', 'ProfileNotFound'] }, {}],
    ['no tags', { reason_tags: [] }, {}],
    ['a reason too many', {}, { reasons: [notFound, noField] }],
    [
      'tags in another order',
      { reason_tags: ['UnknownField', 'ProfileNotFound'] },
      { reasons: [notFound, noField] },
    ],
  ])('with %s is damaged', (_, told, personal) => {
    expect(read(stored, told, personal)).toMatchObject(damaged('reason_tags: do not match the reasons'))
  })

  const newer = { reason_tags: ['TooYoung'], code: 422 }
  const tooYoung = { reasons: [{ tag: 'TooYoung', member: 'age', minimum: [18] }] }

  test('may have a reason that only a newer program knows, with the code that the event tells', () => {
    const event = read(stored, newer, tooYoung)
    expect(event).toMatchObject({ public: newer, personal: tooYoung })
    expect(event.type !== 'Unreadable' && outcomeOf(event)).toMatchObject({ code: 422, ...tooYoung })
  })

  test.each([0, 200, 399, 600, 404.5])('of a newer reason with the code %d is damaged', (code) => {
    expect(read(stored, { ...newer, code }, tooYoung)).toMatchObject(
      damaged('code: does not match the first reason'),
    )
  })

  test('without a reason is damaged', () => {
    const problem = 'reasons: do not match the verdict'
    expect(read(stored, { reason_tags: [] }, { reasons: [] })).toMatchObject(damaged(problem))
  })

  test.each([0, -1, 1.5])('with %d further reasons is damaged', (further_reasons) => {
    expect(read(stored, { further_reasons })).toMatchObject(
      damaged('further_reasons: is not a positive integer'),
    )
  })

  test.each([0, 400, 405])('with the code %i of another reason is damaged', (code) => {
    expect(read(stored, { code })).toMatchObject(damaged('code: does not match the first reason'))
  })
})

describe('a repetition of what was done', () => {
  test.each([
    [
      'a reason',
      { reason_tags: ['ProfileNotFound'] },
      { reasons: [notFound] },
      'reasons: do not match the verdict',
    ],
    ['a tag', { reason_tags: ['ProfileNotFound'] }, {}, 'reason_tags: do not match the reasons'],
    ['a code', { code: 404 }, {}, 'code: does not match the first reason'],
    [
      'the profile of another create',
      { profile_id: 'f'.repeat(24) },
      {},
      'profile_id: does not match the first import',
    ],
    [
      'another first import',
      { first_import_id: anImportId(8) },
      {},
      'profile_id: does not match the first import',
    ],
  ])('with %s is damaged', (_, told, personal, problem) => {
    expect(read(repeatedCreate, told, personal)).toMatchObject(damaged(problem))
  })

  test('may name any profile if the first import updated it', () => {
    const told = { first_verdict: 'updated', profile_id: 'f'.repeat(24) }
    expect(read(repeatedCreate, told).type).toBe('ImportRepeated')
  })
})

describe.each([
  ['ImportRejected', (told: Database | undefined) => importRejected([notFound], told)],
  [
    'ImportRepeated',
    (told: Database | undefined) => importRepeated(anImportId(9), refusedFor(notFound), told),
  ],
])('%s', (type, make) => {
  test('must be in the stream of its database, or in rejectedImports', () => {
    expect(read(make(database), {}, {}, databaseStream(database)).type).toBe(type)
    expect(read(make(undefined), {}, {}, rejectedImportsStream).type).toBe(type)
  })

  test.each([
    ['another database', make(database), {}, 'profiles-1.8'],
    ['refusals without a database', make(database), {}, rejectedImportsStream],
    ['a database, although it names none', make(undefined), {}, databaseStream(database)],
    [
      'a database, although it names only an account',
      make(undefined),
      { account_id: 1 },
      databaseStream(database),
    ],
    [
      'refusals without a database, although it names an account',
      make(undefined),
      { account_id: 1 },
      rejectedImportsStream,
    ],
  ])('in the stream of %s is damaged', (_, stored, told, stream) => {
    expect(read(stored, told, {}, stream)).toMatchObject(
      damaged('account_id, db_id: do not match the stream'),
    )
  })
})
