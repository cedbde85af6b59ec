import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { RefusalDay, RefusalDayRef } from '../../application/ports/refusal-day.ts'
import type { Database } from '../../domain/ids.ts'
import type { Json, JsonObject } from '../../domain/json.ts'
import { databaseStream } from '../../domain/streams.ts'
import { maxGroups } from '../../projections/refusals.ts'
import { aDatabase, anImportId } from '../support/builders/event-builders.ts'
import { aLargestProfile, type LargeContent } from '../support/builders/largest-profiles.ts'
import { aProfileDocument } from '../support/builders/profile-builders.ts'
import type { DocumentsUnderTest } from './projection-store.ts'

const anyText = {
  quotes: `'";--`,
  zero: '\u0000',
  lone: '\ud800',
  emoji: '👩‍👩‍👧',
  long: 'x'.repeat(100_000),
}

const largeContents: ReadonlyArray<LargeContent> = [
  'a list of digits',
  'lists deeper than BSON may be',
  'short tags of a field with a long name',
]

/** Names that a driver might look up in an object of its own. */
const namesOfOthers = [...Object.getOwnPropertyNames(Object.prototype), 'firstBatch', 'length', '0', 'a.$b']

/** A list, an object, and each inside the other, in a field of that name. */
const inEach = (name: string): JsonObject => {
  const held = JSON.parse(JSON.stringify({ list: [{ a: 1 }, [{ b: 2 }]], text: 'x' }))
  const named = (value: Json): JsonObject => Object.fromEntries([[name, value]])
  return { ...named({ ...held, deeper: named(held.list) }), list: named(held.list), object: named(held) }
}

export const profiles: DocumentsUnderTest<ProfileRef, ProfileDocument> = {
  aDocument: (n, database = aDatabase()) =>
    aProfileDocument(n, ['email:a@x.org'], { database, fields: { ...database, a: 1 } }),
  later: (n) => aProfileDocument(n, ['email:b@x.org'], { fields: { b: 3 }, revision: 5000 }),
  refOf: ({ profile }) => ({
    database: { account_id: profile.account_id, db_id: profile.db_id },
    profileId: profile.profile_id,
  }),
  accountOf: ({ profile }) => profile.account_id,
  awkward: [
    ['names that other systems give a meaning', { $where: 1, 'a.b': { $set: [] }, constructor: {}, '': '' }],
    ['__proto__', JSON.parse('{"__proto__": {"polluted": 1}}')],
    ['any text', anyText],
    ['numbers', { big: 2 ** 53 - 1, small: 5e-324, fraction: 0.1, negative: -1e300 }],
    ...namesOfOthers.map((name) => [`a list in ${name}`, inEach(name)] as const),
  ].map(([what, fields]) => [what, aProfileDocument(0, [], { fields })]),
  aLarge: (n) => aProfileDocument(n, [], { fields: { text: 'x'.repeat(1_000_000) } }),
  largest: largeContents.map((kind) => [kind, () => aLargestProfile(kind)]),
}

const aRefusalDay = (n: number, database: Database, names: ReadonlyArray<string>): RefusalDay => ({
  ...database,
  stream: databaseStream(database),
  day: new Date(86_400_000 * n).toISOString().slice(0, 10),
  revision: n,
  groups: names.map((name, i) => ({
    code: 400,
    reason: 'UnknownField',
    member: name,
    app_id: name,
    count: 1 + i,
    first: '2026-11-30T00:00:00.000Z',
    last: '2026-11-30T12:00:00.000Z',
    example: anImportId(i),
    ...(name === '' && { overflow: true }),
  })),
})

const aFullDay = (n: number): RefusalDay =>
  aRefusalDay(
    n,
    aDatabase(),
    Array.from({ length: 2 * maxGroups }, (_, i) => `${i}`.padStart(256, '\u20ac')),
  )

export const refusals: DocumentsUnderTest<RefusalDayRef, RefusalDay> = {
  aDocument: (n, database = aDatabase()) => aRefusalDay(n, database, ['a', '']),
  later: (n) => ({ ...aRefusalDay(n, aDatabase(), ['a', '', 'b']), revision: 5000 }),
  refOf: ({ stream, day }) => ({ stream, day }),
  accountOf: ({ account_id }) => account_id,
  awkward: [
    ['any text', aRefusalDay(1, aDatabase(), ['$where', 'a.b', '__proto__', ...Object.values(anyText)])],
    ['without a database', { stream: 'rejectedImports', day: '2026-11-30', revision: 3, groups: [] }],
  ],
  aLarge: (n) => aFullDay(n),
  largest: [['as many groups as there can be', () => aFullDay(1)]],
}
