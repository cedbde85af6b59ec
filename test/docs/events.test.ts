import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeStoredEvent } from '../../domain/events/decode-stored-event.ts'
import { importEventV0Codec } from '../../domain/events/legacy/version-0.ts'
import type { EventMetadata } from '../../domain/events/metadata.ts'
import { eventLine } from '../../infrastructure/cli/format-event.ts'
import { profileLine } from '../../infrastructure/cli/profile.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8')

interface EventExample {
  readonly position: string
  readonly event_id: string
  readonly type: string
  readonly time: string
  readonly data: unknown
  readonly metadata: EventMetadata
}

const examples = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]): object =>
  JSON.parse(text ?? ''),
)
const isEvent = (example: object): example is EventExample => 'type' in example && 'position' in example
const isStoredEvent = (example: object): example is Omit<EventExample, 'position'> =>
  'type' in example && !('position' in example)

const events = examples.filter(isEvent).sort((a, b) => Number(a.position) - Number(b.position))
const storedEvents = examples.filter(isStoredEvent)
const profiles = examples.filter((example) => !('type' in example))

/** What no two imports have alike is compared on its own. */
const comparable = (line: { readonly type: string }) => {
  const copy = structuredClone(line) as unknown as EventExample
  const repeated = line.type === 'ImportRepeated' ? { event_id: 'fresh', import_id: 'fresh' } : {}
  return { ...copy, time: '', ...repeated, metadata: { ...copy.metadata, time: '', ...repeated } }
}

describe('docs/events.md', () => {
  let pipeline: Pipeline
  beforeEach(async () => {
    pipeline = new Pipeline()
    const messages = events.map(({ metadata: { message, properties } }) => ({
      body: Buffer.from(message.body, message.encoding),
      properties,
    }))
    await pipeline.import(messages, messages.length)
  })
  afterEach(() => pipeline.close())

  test('has an example of every event, of an old version and of a profile', () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['ProfileCreated', 'ProfileUpdated', 'ImportRejected', 'ImportRepeated']),
    )
    expect([storedEvents.length, profiles.length]).toEqual([1, 1])
  })

  test('the examples can be decoded', () => {
    for (const example of [...events, ...storedEvents]) {
      const raw = { stream: 'profiles-1.7', ...example, eventId: example.metadata.import_id }
      expect(decodeStoredEvent(raw)).toMatchObject({ type: example.type })
    }
    expect(storedEvents.map(importEventV0Codec.is)).toEqual([true])
  })

  test('the messages of the examples come to these events', async () => {
    const lines = (await pipeline.events()).map(eventLine)
    expect(events.map(comparable)).toEqual(lines.map(comparable))
    expect(events.map(({ event_id }) => event_id)).toEqual(events.map(({ metadata }) => metadata.import_id))
    expect(events.map(({ time }) => time)).toEqual(events.map(({ metadata }) => metadata.time))
  })

  test('the events come to the profile at the end', async () => {
    expect((await pipeline.profiles()).map(({ profile }) => profileLine(profile))).toEqual(profiles)
  })
})
