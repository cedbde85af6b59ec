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
import { buildImportId, emptyWorld, importInto } from '../../support/builders/message-builders.ts'

const metadata = {
  schema_version: 1,
  import_id: buildImportId(1),
  time: '2026-11-24T00:00:00.000Z',
  source: { kind: 'queue', queue: 'database_import' },
  properties: { message_id: 'm' },
  message: { encoding: 'utf8', body: '{}', bytes: 2, sha256: '00' },
  feedback_id: '',
  matching: 'email',
  skip_triggers: false,
  match: { keys: ['email:a@example.com'], candidates: 0 },
}
const read = (event: Omit<RawEvent, 'eventId' | 'stream'>, stream = 'profiles-1.7') =>
  decodeStoredEvent({ ...event, stream, eventId: metadata.import_id })

const { schema_version: _version, properties: _properties, ...metadataV0 } = metadata
const profile = { account_id: 1, db_id: 7, profile_id: profileIdOf(metadata.import_id) }
const created = { ...profile, changes: [{ field: 'a', action: 'set', value: null }], subscriptions: [] }
const rejected = { account_id: 1, db_id: 7, code: 404, rejection: { tag: 'ProfileNotFound' } }
const repeated = {
  first_import_id: buildImportId(0),
  first_outcome: { verdict: 'created', profile_id: profile.profile_id },
}

describe('an event of this version', () => {
  test.each([
    ['ProfileCreated', created],
    ['ProfileUpdated', created],
    ['ImportRejected', rejected],
    ['ImportRepeated', repeated],
  ])('%s is read as it is', (type, data) => {
    expect(read({ type, data, metadata })).toEqual({ type, data, metadata })
  })

  test('that was decided is read again after it was written', () => {
    fc.assert(
      fc.property(arbitraryMessage(), (message) => {
        const { result } = importInto({ ...emptyWorld(), revision: 1 }, message)
        if (E.isLeft(result)) return
        const raw = JSON.parse(JSON.stringify({ ...result.right, metadata }))
        expect(read(raw, databaseStream(result.right.data))).toEqual({ ...result.right, metadata })
      }),
    )
  })
})

describe('an event of version 0', () => {
  test('ProfileCreated with flat fields becomes changes', () => {
    const data = { ...profile, fields: { email: 'a@example.com', constructor: 1 } }
    const event = read({ type: 'ProfileCreated', data, metadata: metadataV0 })
    expect(event).toEqual({
      type: 'ProfileCreated',
      data: {
        ...profile,
        changes: [
          { field: 'email', action: 'set', value: 'a@example.com' },
          { field: 'constructor', action: 'set', value: 1 },
        ],
        subscriptions: [],
      },
      metadata: { ...metadata, properties: {} },
    })
    if (event.type !== 'ProfileCreated') throw new Error('unreadable')
    expect(evolve(undefined, event, 3).fields).toEqual(data.fields)
  })

  test('ProfileUpdated gets an empty list of subscriptions', () => {
    const data = { ...profile, changes: created.changes }
    expect(read({ type: 'ProfileUpdated', data, metadata: metadataV0 })).toEqual({
      type: 'ProfileUpdated',
      data: { ...data, subscriptions: [] },
      metadata: { ...metadata, properties: {} },
    })
  })

  test.each([
    ['ImportRejected', rejected],
    ['ImportRepeated', repeated],
  ])('%s gets metadata of today', (type, data) => {
    const event = read({ type, data, metadata: metadataV0 })
    expect(event).toEqual({ type, data, metadata: { ...metadata, properties: {} } })
  })
})

describe('what is no event of ours', () => {
  test.each<[string, string, unknown, unknown, string]>([
    ['a type of another', 'SomethingElse', created, metadata, 'type'],
    ['a name of Object.prototype', 'toString', created, metadata, 'type'],
    ['a redacted body', 'ProfileCreated', '\u00ff\u00ff', metadata, 'data'],
    ['no data', 'ProfileCreated', undefined, metadata, 'data'],
    ['a bad id', 'ProfileCreated', { ...created, profile_id: 'SECRET' }, metadata, 'profile_id'],
    ['a newer version', 'ProfileCreated', created, { ...metadata, schema_version: 2 }, 'schema_version'],
    ['no metadata', 'ProfileCreated', created, undefined, 'metadata'],
    ['no time', 'ProfileCreated', created, { ...metadata, time: '2026-13-01T00:00:00Z' }, 'time'],
    ['no time of old', 'ImportRejected', rejected, { ...metadataV0, time: 'SECRET' }, 'time'],
    ['a shape of no version', 'ProfileCreated', created, metadataV0, 'fields'],
  ])('%s is unreadable, and says where', (_what, type, data, meta, place) => {
    const event = read({ type, data, metadata: meta })
    expect(event).toMatchObject({
      type: 'Unreadable',
      storedType: type,
      problem: expect.stringContaining(place),
    })
    expect(JSON.stringify(event)).not.toContain('SECRET')
  })

  test.each<[string, unknown, unknown, 'damaged' | 'unknown']>([
    ['ProfileCreated', created, { ...metadata, schema_version: 2 }, 'unknown'],
    ['ProfileCreated', undefined, { ...metadata, schema_version: 2 }, 'unknown'],
    ['ProfileErased', created, metadata, 'unknown'],
    ['ProfileErased', undefined, undefined, 'unknown'],
    ['ProfileCreated', undefined, metadata, 'damaged'],
    ['ProfileCreated', created, undefined, 'damaged'],
    ['ProfileCreated', created, { ...metadata, schema_version: 0 }, 'damaged'],
    ['ProfileCreated', created, { ...metadata, schema_version: '2' }, 'damaged'],
    ['ProfileCreated', created, { ...metadata, schema_version: 1.5 }, 'damaged'],
  ])('%s with data %j and metadata %j: %s', (type, data, meta, reason) => {
    expect(read({ type, data, metadata: meta })).toMatchObject({ type: 'Unreadable', reason })
  })

  test('the event of another import is damaged, and nothing of its metadata is believed', () => {
    for (const data of [created, undefined]) {
      const event = decodeStoredEvent({
        eventId: buildImportId(9),
        stream: 'profiles-1.7',
        type: 'ProfileCreated',
        data,
        metadata,
      })
      expect(event).toMatchObject({ type: 'Unreadable', reason: 'damaged' })
      expect(event).not.toHaveProperty('metadata')
    }
  })

  test('keeps the metadata where only the data is damaged', () => {
    expect(read({ type: 'ProfileUpdated', data: undefined, metadata })).toMatchObject({
      metadata,
    })
    expect(read({ type: 'ProfileUpdated', data: created, metadata: null })).not.toHaveProperty('metadata')
  })

  test('keeps the metadata of version 0, as that of today', () => {
    expect(read({ type: 'ProfileUpdated', data: undefined, metadata: metadataV0 })).toMatchObject({
      metadata: { ...metadata, properties: {} },
    })
  })

  test.each([
    ['a create in the stream of another database', 'ProfileCreated', 'profiles-1.8', {}],
    ['an update in the stream of another database', 'ProfileUpdated', 'profiles-1.77', {}],
    ['a create of another account', 'ProfileCreated', 'profiles-1.7', { account_id: 11 }],
    ['an update of another database', 'ProfileUpdated', 'profiles-1.7', { db_id: 8 }],
    ['a create among what has no database', 'ProfileCreated', 'rejectedImports', {}],
    ['an update in a stream that is no database', 'ProfileUpdated', 'profiles-1.7-copy', {}],
    ['a create of another profile', 'ProfileCreated', 'profiles-1.7', { profile_id: 'f'.repeat(24) }],
  ])('%s is damaged', (_, type, stream, told) => {
    for (const [data, meta] of [
      [{ ...created, ...told }, metadata],
      [{ ...created, fields: {}, ...told }, metadataV0],
    ]) {
      const event = read({ type, data, metadata: meta }, stream)
      expect(event).toMatchObject({ type: 'Unreadable', reason: 'damaged', metadata: { feedback_id: '' } })
    }
  })

  test('an update may be of any profile', () => {
    const data = { ...created, profile_id: 'f'.repeat(24) }
    expect(read({ type: 'ProfileUpdated', data, metadata }).type).toBe('ProfileUpdated')
  })

  describe('deeper than anything that is written', () => {
    const nested = (levels: number, wrap = (inner: unknown): unknown => [inner]) => {
      let value: unknown = 1
      for (let i = 0; i < levels; i++) value = wrap(value)
      return value
    }
    const setting = (value: unknown) => ({ ...created, changes: [{ field: 'a', action: 'set', value }] })
    const putting = (cc_data: unknown) => {
      const subscription = { channel: 'email', resource_id: 1, email: 'a@example.com', cc_data }
      return { ...created, subscriptions: [{ action: 'put', subscription }] }
    }
    const upserting = (submatch: unknown) => ({
      ...created,
      changes: [{ field: 'a', action: 'upsert', submatch, value: 1 }],
    })
    const names = (count: number) => Array.from({ length: count }, () => 'a')
    const rejecting = (more: unknown) => ({ ...rejected, rejection: { ...rejected.rejection, more } })

    test.each([
      ['a list', 'ProfileCreated', setting(nested(100_000)), metadata],
      ['an object', 'ProfileUpdated', setting(nested(100_000, (a) => ({ a }))), metadata],
      ['a subscription', 'ProfileUpdated', putting(nested(100_000)), metadata],
      ['a path', 'ProfileUpdated', upserting(names(100_000)), metadata],
      ['a field of version 0', 'ProfileCreated', { ...profile, fields: { a: nested(100_000) } }, metadataV0],
      ['a member that nobody knows', 'ImportRejected', rejecting(nested(100_000)), metadata],
    ])('%s is damaged', (_, type, data, meta) => {
      expect(read({ type, data, metadata: meta })).toMatchObject({ reason: 'damaged', metadata: {} })
    })

    test.each([metadata, metadataV0])('metadata is damaged, and not kept', (meta) => {
      for (const data of [rejected, undefined]) {
        const event = read({ type: 'ImportRejected', data, metadata: { ...meta, more: nested(100_000) } })
        expect(event).toMatchObject({ type: 'Unreadable', reason: 'damaged' })
        expect(event).not.toHaveProperty('metadata')
      }
    })

    // MAX_DEPTH may be 256; a subscription that was changed may have twice that.
    test.each([setting(nested(512)), putting(nested(512)), upserting(names(256))])(
      'but not all that is deep',
      (data) => {
        expect(read({ type: 'ProfileUpdated', data, metadata }).type).toBe('ProfileUpdated')
      },
    )

    test('and what is let through can be folded, and written as text', () => {
      const fold = (state: Profile | undefined, type: string, data: unknown, revision: number) => {
        const event = read({ type, data, metadata })
        if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') throw new Error('unreadable')
        return evolve(state, event, revision)
      }
      const made = fold(undefined, 'ProfileCreated', setting({}), 0)
      const changed = fold(
        made,
        'ProfileUpdated',
        {
          ...created,
          changes: [
            { field: 'a', action: 'upsert', submatch: names(1000), value: nested(990, (a) => ({ a })) },
          ],
        },
        1,
      )
      expect(JSON.stringify(changed).length).toBeGreaterThan(1990 * 5)
    })
  })

  test('never throws', () => {
    const type = fc.constantFrom('ProfileCreated', 'ProfileUpdated', 'ImportRejected', 'ImportRepeated')
    fc.assert(
      fc.property(
        type,
        fc.anything(),
        fc.oneof(fc.anything(), fc.constant(metadata), fc.constant(metadataV0)),
        (name, data, meta) => {
          expect(read({ type: name, data, metadata: meta }).type).toBe('Unreadable')
        },
      ),
      { numRuns: 500 },
    )
  })
})
