import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { decodeStoredEvent } from '../../../domain/events/decode-stored-event.ts'
import type { RawEvent } from '../../../domain/events/stored-event.ts'
import { evolve } from '../../../domain/evolve.ts'
import { profileIdOf } from '../../../domain/ids.ts'
import type { Profile } from '../../../domain/profile.ts'
import { databaseStream } from '../../../domain/streams.ts'
import { arbitraryMessage } from '../../support/builders/arbitrary-messages.ts'
import {
  anImportId,
  importRejected,
  importRepeated,
  profileCreated,
  profileUpdated,
  someContext,
} from '../../support/builders/event-builders.ts'
import { buildImportId, emptyWorld, importInto } from '../../support/builders/message-builders.ts'

const importId = buildImportId(1)
const read = (event: Omit<RawEvent, 'eventId' | 'stream'>, stream = 'profiles-1.7') =>
  decodeStoredEvent({ ...event, stream, eventId: importId })

const profile = { account_id: 1, db_id: 7, profile_id: profileIdOf(importId) }
const firstProfileId = profileIdOf(buildImportId(0))
const changes = [{ field: 'a', action: 'set', value: null }]

/** The same import, as each version recorded it. */
const v2 = someContext(1, {
  time: '2026-11-24T00:00:00.000Z',
  keys: ['email:a@example.com'],
  key_kinds: ['email'],
  candidates: 0,
  message: { encoding: 'utf8', body: '{}' },
  properties: { message_id: 'm' },
})
const { salt: _salt, ...unsalted } = v2.personal
const v1 = {
  schema_version: 1,
  import_id: importId,
  time: v2.public.time,
  source: v2.public.source,
  properties: v2.personal.properties,
  message: { ...v2.message, bytes: v2.personal.bytes, sha256: v2.personal.sha256 },
  feedback_id: '',
  matching: 'email',
  skip_triggers: false,
  match: { keys: ['email:a@example.com'], candidates: 0 },
}
const { schema_version: _version, properties: _properties, ...v0 } = v1

/** What an older version did not record is absent: the salt, and before version 1 the properties. */
const upcastFrom = (recorded_version: 0 | 1) => ({
  public: { ...v2.public, recorded_version, identified: recorded_version === 1 },
  personal: { ...unsalted, properties: recorded_version === 1 ? v2.personal.properties : {} },
  message: v2.message,
})

const oldData = {
  created: { ...profile, changes, subscriptions: [] },
  rejected: { account_id: 1, db_id: 7, code: 404, rejection: { tag: 'ProfileNotFound' } },
  repeated: {
    first_import_id: buildImportId(0),
    first_outcome: { verdict: 'created', profile_id: firstProfileId },
  },
  repeatedRefusal: {
    first_import_id: buildImportId(0),
    first_outcome: { verdict: 'rejected', rejection: { tag: 'SeveralMatches', candidates: 2 } },
  },
}

const stored = ({ type, ...data }: { readonly type: string }) => ({ type, data, metadata: {} })

const reason = { tag: 'LimitExceeded', limit: 'fields', maximum: 1000 } as const

describe('an event of this version', () => {
  test.each([
    profileCreated(1, { changes: [{ field: 'a', action: 'set', value: null }] }),
    profileUpdated(1, { changes: [{ field: 'a', action: 'incr', by: 1, value: 2, was: 1 }] }),
    profileUpdated(1),
    importRejected(1, reason, { replay_of: anImportId(0) }),
    importRepeated(1, 0),
    importRepeated(1, 0, {}, { verdict: 'rejected', code: 413, reasons: [reason] }),
  ])('$type is read unchanged', (event) => {
    const stream =
      'profile_id' in event.public && event.type !== 'ImportRepeated' ? 'profiles-1.7' : 'rejectedImports'
    expect(read(JSON.parse(JSON.stringify(stored(event))), stream)).toEqual(event)
  })

  test('that was decided can be read after it was written', () => {
    fc.assert(
      fc.property(arbitraryMessage(), (message) => {
        const { result } = importInto({ ...emptyWorld(), revision: 1 }, message)
        if (E.isLeft(result)) return
        const { type, public: known, personal } = result.right
        const event = {
          type,
          public: { ...v2.public, ...known },
          personal: { ...v2.personal, ...personal },
          message: v2.message,
        }
        const { type: _type, ...data } = event
        const raw = JSON.parse(JSON.stringify({ type, data, metadata: {} }))
        expect(read(raw, databaseStream(known))).toEqual(event)
      }),
    )
  })

  test('may have unknown members, and keeps them', () => {
    const event = profileCreated(1)
    const more = { ...event, personal: { ...event.personal, region: 'x' } }
    expect(read(stored(more))).toEqual(more)
  })
})

describe('an event of version 1', () => {
  test.each(['ProfileCreated', 'ProfileUpdated'] as const)('%s is read as three parts', (type) => {
    expect(read({ type, data: oldData.created, metadata: v1 })).toEqual({
      type,
      ...upcastFrom(1),
      public: {
        ...upcastFrom(1).public,
        ...profile,
        verdict: type === 'ProfileCreated' ? 'created' : 'updated',
        code: 0,
      },
      personal: { ...upcastFrom(1).personal, changes, subscriptions: [] },
    })
  })

  test('an update without changes has the verdict unchanged', () => {
    const data = { ...profile, changes: [], subscriptions: [] }
    expect(read({ type: 'ProfileUpdated', data, metadata: v1 })).toMatchObject({
      public: { verdict: 'unchanged', code: 0 },
    })
    const removed = [{ action: 'remove', subscription: { channel: 'x', resource_id: 1 } }]
    const metadata = v1
    expect(
      read({ type: 'ProfileUpdated', data: { ...data, subscriptions: removed }, metadata }),
    ).toMatchObject({ public: { verdict: 'updated' } })
  })

  test('ImportRejected has a list of one reason', () => {
    expect(read({ type: 'ImportRejected', data: oldData.rejected, metadata: v1 })).toEqual({
      type: 'ImportRejected',
      ...upcastFrom(1),
      public: {
        ...upcastFrom(1).public,
        account_id: 1,
        db_id: 7,
        verdict: 'rejected',
        code: 404,
        reason_tags: ['ProfileNotFound'],
      },
      personal: { ...upcastFrom(1).personal, reasons: [{ tag: 'ProfileNotFound' }] },
    })
  })

  test('and no database if none could be read', () => {
    const data = { code: 400, rejection: { tag: 'NotJson' } }
    const event = read({ type: 'ImportRejected', data, metadata: v1 })
    expect(event).toMatchObject({ public: { code: 400, reason_tags: ['NotJson'] } })
    expect(event).not.toHaveProperty('public.account_id')
  })

  test.each([
    ['MAX_MESSAGE_BYTES', 'message_bytes'],
    ['MAX_DEPTH', 'depth'],
    ['MAX_FIELDS', 'fields'],
    ['MAX_SUBSCRIPTIONS', 'subscriptions'],
    ['MAX_LIST_ELEMENTS', 'list_elements'],
    ['MAX_CONTACTS', 'contacts'],
    ['MAX_PROFILE_BYTES', 'profile_bytes'],
    ['bytes of an event', 'event_bytes'],
    ['another', 'another'],
  ])('a limit that was called %s is %s', (setting, limit) => {
    const rejection = { tag: 'LimitExceeded', limit: setting, maximum: 5 }
    const reasons = [{ ...rejection, limit }]
    const refused = { code: 413, rejection }
    expect(read({ type: 'ImportRejected', data: refused, metadata: v1 })).toMatchObject({
      personal: { reasons },
    })
    const again = { ...oldData.repeated, first_outcome: { verdict: 'rejected', rejection } }
    expect(read({ type: 'ImportRepeated', data: again, metadata: v1 })).toMatchObject({
      public: { code: 413, reason_tags: ['LimitExceeded'] },
      personal: { reasons },
    })
  })

  test('ImportRepeated has the outcome of the first import in its public and personal parts', () => {
    const first = { first_import_id: buildImportId(0), verdict: 'duplicate' }
    expect(read({ type: 'ImportRepeated', data: oldData.repeated, metadata: v1 })).toEqual({
      type: 'ImportRepeated',
      ...upcastFrom(1),
      public: {
        ...upcastFrom(1).public,
        ...first,
        first_verdict: 'created',
        profile_id: firstProfileId,
        code: 0,
        reason_tags: [],
      },
      personal: { ...upcastFrom(1).personal, reasons: [] },
    })
    expect(read({ type: 'ImportRepeated', data: oldData.repeatedRefusal, metadata: v1 })).toEqual({
      type: 'ImportRepeated',
      ...upcastFrom(1),
      public: {
        ...upcastFrom(1).public,
        ...first,
        first_verdict: 'rejected',
        code: 409,
        reason_tags: ['SeveralMatches'],
      },
      personal: { ...upcastFrom(1).personal, reasons: [{ tag: 'SeveralMatches', candidates: 2 }] },
    })
  })

  test('a replay, a line of a file and a message without a match keep what is known about them', () => {
    const { match: _match, ...unmatched } = v1
    const source = { kind: 'ndjson', run: 'r', line: 5 }
    const metadata = { ...unmatched, source, properties: {}, replay_of: buildImportId(0) }
    const event = read({ type: 'ProfileCreated', data: oldData.created, metadata })
    expect(event).toMatchObject({ public: { source, identified: true, replay_of: buildImportId(0) } })
    for (const member of ['public.key_kinds', 'public.candidates', 'personal.keys'])
      expect(event).not.toHaveProperty(member)
  })

  test('of a queue without a message_id was not identified', () => {
    const metadata = { ...v1, properties: { correlation_id: 'c' } }
    expect(read({ type: 'ProfileCreated', data: oldData.created, metadata })).toMatchObject({
      public: { identified: false },
    })
  })

  test('its key kinds are the current ones, each once', () => {
    const keys = ['email:a@example.com', 'email:b@example.com', 'custom:CRM:ID:5', 'tag:segments:gold']
    const metadata = { ...v1, match: { keys, candidates: 3 } }
    expect(read({ type: 'ProfileCreated', data: oldData.created, metadata })).toMatchObject({
      public: { key_kinds: ['email', 'custom:CRM', 'tag:segments'], candidates: 3 },
      personal: { keys },
    })
  })
})

describe('an event of version 0 goes through version 1', () => {
  test('ProfileCreated with flat fields becomes changes', () => {
    const data = { ...profile, fields: { email: 'a@example.com', constructor: 1 } }
    const event = read({ type: 'ProfileCreated', data, metadata: v0 })
    expect(event).toEqual({
      type: 'ProfileCreated',
      ...upcastFrom(0),
      public: { ...upcastFrom(0).public, ...profile, verdict: 'created', code: 0 },
      personal: {
        ...upcastFrom(0).personal,
        changes: [
          { field: 'email', action: 'set', value: 'a@example.com' },
          { field: 'constructor', action: 'set', value: 1 },
        ],
        subscriptions: [],
      },
    })
    if (event.type !== 'ProfileCreated') throw new Error('unreadable')
    expect(evolve(undefined, event, 3).fields).toEqual(data.fields)
  })

  test('ProfileUpdated gets an empty list of subscriptions', () => {
    const data = { ...profile, changes }
    expect(read({ type: 'ProfileUpdated', data, metadata: v0 })).toEqual({
      type: 'ProfileUpdated',
      ...upcastFrom(0),
      public: { ...upcastFrom(0).public, ...profile, verdict: 'updated', code: 0 },
      personal: { ...upcastFrom(0).personal, changes, subscriptions: [] },
    })
  })

  test.each([
    ['ImportRejected', oldData.rejected],
    ['ImportRepeated', oldData.repeated],
    ['ImportRepeated', oldData.repeatedRefusal],
  ])('%s is that of version 1, without properties', (type, data) => {
    const later = read({ type, data, metadata: v1 })
    if (later.type === 'Unreadable') throw new Error('unreadable')
    expect(read({ type, data, metadata: v0 })).toEqual({
      ...later,
      public: { ...later.public, recorded_version: 0, identified: false },
      personal: { ...later.personal, properties: {} },
    })
  })
})

const { type: _type, ...parts } = profileCreated(1)
const withPublic = (members: object) => ({ ...parts, public: { ...parts.public, ...members } })

describe('an event that is not ours', () => {
  test.each<[string, string, unknown, unknown, string]>([
    ['a type of another', 'SomethingElse', parts, {}, 'type'],
    ['a name of Object.prototype', 'toString', parts, {}, 'type'],
    ['a redacted body', 'ProfileCreated', '\u00ff\u00ff', v1, 'data'],
    ['no data', 'ProfileCreated', undefined, undefined, 'data'],
    ['no data of version 1', 'ProfileCreated', undefined, v1, 'data'],
    ['no metadata of version 1', 'ProfileCreated', oldData.created, undefined, 'metadata'],
    ['no public part', 'ProfileCreated', { ...parts, public: undefined }, {}, 'public'],
    ['no personal part', 'ProfileCreated', { ...parts, personal: undefined }, {}, 'personal'],
    ['no message', 'ProfileCreated', { ...parts, message: undefined }, {}, 'message'],
    ['an erased message', 'ProfileCreated', { ...parts, message: null }, {}, 'message'],
    ['a bad id', 'ProfileCreated', withPublic({ profile_id: 'SECRET' }), {}, 'public.profile_id'],
    [
      'a bad id of version 1',
      'ProfileCreated',
      { ...oldData.created, profile_id: 'SECRET' },
      v1,
      'profile_id',
    ],
    ['a newer version', 'ProfileCreated', withPublic({ schema_version: 3 }), {}, 'schema_version'],
    [
      'a newer version of old form',
      'ProfileCreated',
      oldData.created,
      { ...v1, schema_version: 3 },
      'schema_version',
    ],
    ['no time', 'ProfileCreated', withPublic({ time: '2026-13-01T00:00:00Z' }), {}, 'public.time'],
    ['a time before its day', 'ProfileCreated', withPublic({ time: '2026-02-30T00:00:00Z' }), {}, 'time'],
    ['no time of version 1', 'ImportRejected', oldData.rejected, { ...v1, time: 'SECRET' }, 'time'],
    ['no time of version 0', 'ImportRejected', oldData.rejected, { ...v0, time: 'SECRET' }, 'time'],
    ['a shape of no version', 'ProfileCreated', oldData.created, v0, 'fields'],
  ])('%s is unreadable, and says where', (_what, type, data, metadata, place) => {
    const event = read({ type, data, metadata })
    expect(event).toMatchObject({
      type: 'Unreadable',
      storedType: type,
      problem: expect.stringContaining(place),
    })
    expect(JSON.stringify(event)).not.toContain('SECRET')
  })

  test.each<[string, unknown, unknown, 'damaged' | 'unknown']>([
    ['ProfileCreated', withPublic({ schema_version: 3 }), {}, 'unknown'],
    ['ProfileCreated', { public: { schema_version: 3 } }, {}, 'unknown'],
    ['ProfileCreated', oldData.created, { ...v1, schema_version: 3 }, 'unknown'],
    ['ProfileCreated', undefined, { ...v1, schema_version: 3 }, 'unknown'],
    ['ProfileErased', parts, {}, 'unknown'],
    ['ProfileErased', oldData.created, v1, 'unknown'],
    ['ProfileErased', undefined, undefined, 'unknown'],
    ['', parts, {}, 'damaged'],
    ['ProfileCreated', undefined, {}, 'damaged'],
    ['ProfileCreated', undefined, v1, 'damaged'],
    ['ProfileCreated', oldData.created, undefined, 'damaged'],
    ['ProfileCreated', {}, {}, 'damaged'],
    ['ProfileCreated', { ...parts, public: undefined }, {}, 'damaged'],
    ['ProfileCreated', { ...parts, personal: undefined }, {}, 'damaged'],
    ['ProfileCreated', { ...parts, message: undefined }, {}, 'damaged'],
    ['ProfileCreated', { ...parts, public: null }, {}, 'damaged'],
    ['ProfileCreated', withPublic({ schema_version: 0 }), {}, 'damaged'],
    ['ProfileCreated', withPublic({ schema_version: 1 }), {}, 'damaged'],
    ['ProfileCreated', withPublic({ schema_version: '3' }), {}, 'damaged'],
    ['ProfileCreated', withPublic({ schema_version: 2.5 }), {}, 'damaged'],
    ['ProfileCreated', withPublic({ schema_version: undefined }), {}, 'damaged'],
    ['ProfileCreated', oldData.created, { ...v1, schema_version: 2 }, 'damaged'],
    ['ProfileCreated', oldData.created, { ...v1, schema_version: 0 }, 'damaged'],
    ['ProfileCreated', oldData.created, { ...v1, schema_version: '3' }, 'damaged'],
    ['ProfileCreated', oldData.created, { ...v1, schema_version: 1.5 }, 'damaged'],
    ['ProfileCreated', oldData.created, { ...v1, schema_version: -1 }, 'damaged'],
  ])('%s with data %j and metadata %j: %s', (type, data, metadata, reason) => {
    expect(read({ type, data, metadata })).toMatchObject({ type: 'Unreadable', reason })
  })

  test.each<[string, unknown, unknown]>([
    ['version 2', parts, {}],
    ['version 2, damaged', { ...parts, personal: { ...parts.personal, changes: 5 } }, {}],
    ['version 1', oldData.created, v1],
    ['version 1, damaged', undefined, v1],
    ['version 0', { ...profile, fields: {} }, v0],
    ['version 0, damaged', undefined, v0],
  ])('the event of another import is damaged, and none of its context is trusted: %s', (_of, data, meta) => {
    const event = decodeStoredEvent({
      eventId: buildImportId(9),
      stream: 'profiles-1.7',
      type: 'ProfileCreated',
      data,
      metadata: meta,
    })
    expect(event).toMatchObject({ type: 'Unreadable', reason: 'damaged' })
    expect(event).not.toHaveProperty('context')
  })

  test.each<[string, unknown, unknown, object]>([
    ['version 2', { ...parts, personal: { ...parts.personal, changes: 5 } }, {}, someContext(1)],
    ['version 2, public', withPublic({ profile_id: 5 }), {}, someContext(1)],
    ['version 1', undefined, v1, upcastFrom(1)],
    ['version 1', { ...oldData.created, changes: 5 }, v1, upcastFrom(1)],
    ['version 0', undefined, v0, upcastFrom(0)],
  ])('keeps the context if only the rest is damaged: %s', (_of, data, metadata, context) => {
    expect(read({ type: 'ProfileUpdated', data, metadata })).toEqual({
      type: 'Unreadable',
      storedType: 'ProfileUpdated',
      reason: 'damaged',
      problem: expect.any(String),
      context,
    })
  })

  test.each<[string, unknown, unknown]>([
    ['no public part', { ...parts, public: undefined }, {}],
    ['no personal part', { ...parts, personal: undefined }, {}],
    ['no message', { ...parts, message: undefined }, {}],
    ['no metadata of version 1', oldData.created, null],
  ])('has no context if that is damaged: %s', (_what, data, metadata) => {
    const event = read({ type: 'ProfileUpdated', data, metadata })
    expect(event).toMatchObject({ type: 'Unreadable' })
    expect(event).not.toHaveProperty('context')
  })

  const inVersions = (told: object): ReadonlyArray<[data: object, metadata: object]> => [
    [{ ...parts, public: { ...parts.public, ...told } }, {}],
    [{ ...oldData.created, ...told }, v1],
    [{ ...oldData.created, fields: {}, ...told }, v0],
  ]

  test.each([
    ['a create in the stream of another database', 'ProfileCreated', 'profiles-1.8', {}],
    ['an update in the stream of another database', 'ProfileUpdated', 'profiles-1.77', {}],
    ['a create of another account', 'ProfileCreated', 'profiles-1.7', { account_id: 11 }],
    ['an update of another database', 'ProfileUpdated', 'profiles-1.7', { db_id: 8 }],
    ['a create among what has no database', 'ProfileCreated', 'rejectedImports', {}],
    ['an update in a stream that is not a database', 'ProfileUpdated', 'profiles-1.7-copy', {}],
    ['a create of another profile', 'ProfileCreated', 'profiles-1.7', { profile_id: 'f'.repeat(24) }],
  ])('%s is damaged', (_, type, stream, told) => {
    const verdict = type === 'ProfileCreated' ? 'created' : 'unchanged'
    for (const [data, metadata] of inVersions({ ...told, verdict })) {
      const event = read({ type, data, metadata }, stream)
      expect(event).toMatchObject({ reason: 'damaged', context: { personal: { feedback_id: '' } } })
    }
  })

  test('may be an update of any profile', () => {
    for (const [data, metadata] of inVersions({ profile_id: 'f'.repeat(24), verdict: 'unchanged' }))
      expect(read({ type: 'ProfileUpdated', data, metadata }).type).toBe('ProfileUpdated')
  })

  describe('nested deeper than anything the program writes', () => {
    const nested = (levels: number, wrap = (inner: unknown): unknown => [inner]) => {
      let value: unknown = 1
      for (let i = 0; i < levels; i++) value = wrap(value)
      return value
    }
    const changed = (personal: object) => ({
      ...parts,
      public: {
        ...parts.public,
        verdict: 'changes' in personal || 'subscriptions' in personal ? 'updated' : 'unchanged',
      },
      personal: { ...parts.personal, ...personal },
    })
    const setting = (value: unknown) => changed({ changes: [{ field: 'a', action: 'set', value }] })
    const putting = (cc_data: unknown) => {
      const subscription = { channel: 'email', resource_id: 1, email: 'a@example.com', cc_data }
      return changed({ subscriptions: [{ action: 'put', subscription }] })
    }
    const upserting = (submatch: unknown, value: unknown = 1) =>
      changed({ changes: [{ field: 'a', action: 'upsert', submatch, value }] })
    const names = (count: number) => Array.from({ length: count }, () => 'a')
    const deep = nested(100_000)

    test.each<[string, string, unknown, unknown]>([
      ['a list', 'ProfileUpdated', setting(deep), {}],
      ['an object', 'ProfileUpdated', setting(nested(100_000, (a) => ({ a }))), {}],
      ['a subscription', 'ProfileUpdated', putting(deep), {}],
      ['a path', 'ProfileUpdated', upserting(names(100_000)), {}],
      ['a member that nobody knows', 'ProfileUpdated', changed({ more: deep }), {}],
      ['a field of version 1', 'ProfileUpdated', { ...oldData.created, more: deep }, v1],
      ['a field of version 0', 'ProfileCreated', { ...profile, fields: { a: deep } }, v0],
    ])('%s is damaged', (_, type, data, metadata) => {
      expect(read({ type, data, metadata })).toMatchObject({ type: 'Unreadable', reason: 'damaged' })
    })

    test.each([v1, v0])('metadata is damaged, and gives no context', (metadata) => {
      for (const data of [oldData.rejected, undefined]) {
        const event = read({ type: 'ImportRejected', data, metadata: { ...metadata, more: deep } })
        expect(event).toMatchObject({ type: 'Unreadable', reason: 'damaged' })
        expect(event).not.toHaveProperty('context')
      }
    })

    // MAX_DEPTH may be 256; a changed subscription may be twice as deep.
    test.each([setting(nested(512)), putting(nested(512)), upserting(names(256))])(
      'but not everything that is deep',
      (data) => {
        expect(read({ type: 'ProfileUpdated', data, metadata: {} }).type).toBe('ProfileUpdated')
      },
    )

    test('and anything accepted can be folded and serialised', () => {
      const fold = (state: Profile | undefined, type: string, data: unknown, revision: number) => {
        const event = read({ type, data, metadata: {} })
        if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') throw new Error('unreadable')
        return evolve(state, event, revision)
      }
      const made = fold(undefined, 'ProfileCreated', { ...setting({}), public: parts.public }, 0)
      const deepest = upserting(
        names(1000),
        nested(990, (a) => ({ a })),
      )
      expect(JSON.stringify(fold(made, 'ProfileUpdated', deepest, 1)).length).toBeGreaterThan(1990 * 5)
    })
  })

  test('never throws', () => {
    const type = fc.constantFrom('ProfileCreated', 'ProfileUpdated', 'ImportRejected', 'ImportRepeated')
    const part = fc.oneof(
      fc.anything(),
      fc.constantFrom<unknown>(parts.public, parts.personal, parts.message),
    )
    fc.assert(
      fc.property(
        type,
        fc.oneof(fc.anything(), fc.record({ public: part, personal: part, message: part })),
        fc.oneof(fc.anything(), fc.constantFrom<unknown>(v1, v0)),
        (name, data, metadata) => {
          const event = read({ type: name, data, metadata })
          if (event.type !== 'Unreadable') expect(data).toEqual(parts)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
