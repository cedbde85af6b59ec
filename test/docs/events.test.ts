import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EventContext } from '../../domain/events/current.ts'
import { decodeStoredEvent } from '../../domain/events/decode-stored-event.ts'
import * as version0 from '../../domain/events/version-0/event.ts'
import * as version1 from '../../domain/events/version-1/event.ts'
import { eventLine } from '../../infrastructure/cli/format-event.ts'
import { profileLine } from '../../infrastructure/cli/format-profile.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8')

interface EventExample extends EventContext {
  readonly stream: string
  readonly position: string
  readonly event_id: string
  readonly type: string
  readonly time: string
}

/** An event of an earlier version as a store holds it. */
interface OlderExample {
  readonly type: string
  readonly data: unknown
  readonly metadata: { readonly import_id: string }
}

const examples = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]): object =>
  JSON.parse(text ?? ''),
)
const isEvent = (example: object): example is EventExample => 'type' in example && 'position' in example
const isOlder = (example: object): example is OlderExample => 'type' in example && 'metadata' in example

const events = examples.filter(isEvent).sort((a, b) => Number(a.position) - Number(b.position))
const older = examples.filter(isOlder)
const profiles = examples.filter((example) => !('type' in example))

/** What differs between any two imports is compared separately. */
const comparable = (line: object) => {
  const copy = structuredClone(line) as EventExample
  const repeated = copy.type === 'ImportRepeated' ? { event_id: 'fresh', import_id: 'fresh' } : {}
  return {
    ...copy,
    time: '',
    ...repeated,
    public: { ...copy.public, time: '', ...repeated },
    personal: { ...copy.personal, salt: '' },
  }
}

const read = ({ type, data, metadata }: OlderExample) =>
  decodeStoredEvent({ eventId: metadata.import_id, stream: 'profiles-1.7', type, data, metadata })

describe('docs/events.md', () => {
  let pipeline: Pipeline
  beforeEach(async () => {
    pipeline = new Pipeline()
    const messages = events.map(({ message, personal: { properties } }) => ({
      body: Buffer.from(message.body, message.encoding),
      properties,
    }))
    await pipeline.import(messages, messages.length)
  })
  afterEach(() => pipeline.close())

  test('has an example of every event, of each old version and of a profile', () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['ProfileCreated', 'ProfileUpdated', 'ImportRejected', 'ImportRepeated']),
    )
    expect([older.length, profiles.length]).toEqual([2, 1])
    expect(examples).toHaveLength(events.length + older.length + profiles.length)
  })

  test('the examples can be decoded', () => {
    for (const { stream, type, public: known, personal, message } of events) {
      const data = { public: known, personal, message }
      const raw = { eventId: known.import_id, stream, type, data, metadata: undefined }
      expect(decodeStoredEvent(raw)).toEqual({ type, ...data })
    }
  })

  test('the examples of old versions have these versions, and are read as the page says', () => {
    expect(older.map(version1.importEvent.is)).toEqual([true, false])
    expect(
      older.map((example) => version0.importEvent.is(example) && !version1.importEvent.is(example)),
    ).toEqual([false, true])
    const [one, zero] = older.map(read)
    expect(one).toMatchObject({
      public: { schema_version: 2, recorded_version: 1, verdict: 'updated', identified: true },
      personal: { warnings: [], changes: [{ field: 'bonus', action: 'incr', by: 1, value: 4 }] },
    })
    expect(zero).toMatchObject({
      public: { schema_version: 2, recorded_version: 0, verdict: 'created', identified: false },
      personal: { properties: {}, subscriptions: [] },
    })
    for (const event of [one, zero]) expect(JSON.stringify(event)).not.toMatch(/"(salt|was|replaced)":/)
  })

  test('the messages of the examples give these events', async () => {
    const lines = (await pipeline.events()).map(eventLine({}))
    expect(events.map(comparable)).toEqual(lines.map(comparable))
    expect(events.map(({ event_id }) => event_id)).toEqual(events.map((event) => event.public.import_id))
    expect(events.map(({ time }) => time)).toEqual(events.map((event) => event.public.time))
  })

  test('each example has a distinct salt of 16 bytes', () => {
    const salts = events.map(({ personal }) => personal.salt ?? '')
    expect(new Set(salts).size).toBe(events.length)
    for (const salt of salts) {
      const bytes = Buffer.from(salt, 'base64url')
      expect([bytes.length, bytes.toString('base64url')]).toEqual([16, salt])
    }
  })

  test('the events give the profile at the end', async () => {
    expect((await pipeline.profiles()).map(({ profile }) => profileLine(profile))).toEqual(profiles)
  })
})
