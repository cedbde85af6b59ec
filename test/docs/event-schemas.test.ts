import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { eventSchemas } from '../../docs/event-schemas.ts'
import { jsonSchemaOf } from '../../docs/json-schema-of.ts'
import { decodeStoredEvent } from '../../domain/events/decode-stored-event.ts'
import type { JsonObject } from '../../domain/json.ts'
import { arbitraryMessage } from '../support/builders/arbitrary-messages.ts'
import { importRepeated, profileUpdated } from '../support/builders/event-builders.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

const ajv = new Ajv2020({ strict: true })
const validators = new Map([...eventSchemas.values()].map((schema) => [schema.title, ajv.compile(schema)]))

const isValid = (event: { readonly type: string }): boolean => validators.get(event.type)?.(event) === true

/** A copy without one member, or with another value there. */
const damaged = (event: object, path: ReadonlyArray<string>, value?: unknown): { type: string } => {
  const copy = structuredClone(event) as { type: string }
  let at = copy as unknown as Record<string, unknown>
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>
  const last = path.at(-1) ?? ''
  if (value === undefined) delete at[last]
  else at[last] = value
  return copy
}

describe('the JSON Schemas of the events', () => {
  test('are those that stand in docs/events', () => {
    const folder = join(import.meta.dirname, '../../docs/events')
    const files = readdirSync(folder).filter((file) => file.endsWith('.schema.json'))
    const stored = files.map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))])
    expect(new Map(stored as [string, JsonObject][])).toEqual(eventSchemas)
  })

  test('accept whatever the pipeline records', async () => {
    const types = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryMessage(), { minLength: 1, maxLength: 40 }), async (messages) => {
        const pipeline = new Pipeline()
        try {
          const bodies = [...messages.map(bytesOf), Buffer.from([0xff])]
          const sent = bodies.map((body, i) => ({ body, properties: { message_id: `m-${i}` } }))
          await pipeline.import([...sent, ...sent.slice(0, 2)], 20)
          for (const { event } of await pipeline.events()) {
            types.add(event.type)
            expect(validators.get(event.type)?.(event), JSON.stringify(event)).toBe(true)
          }
        } finally {
          pipeline.close()
        }
      }),
      { numRuns: 20 },
    )
    expect(types).toEqual(new Set(validators.keys()))
  })

  const updated = profileUpdated(1, {
    changes: [
      { field: 'bonus', action: 'incr', by: 1, value: 2 },
      { field: 'tags', action: 'add', items: ['a'] },
    ],
    subscriptions: [{ action: 'put', subscription: { channel: 'email', resource_id: 24, status: null } }],
    metadata: { match: { keys: ['email:a@example.com'], candidates: 1 } },
  })

  test.each<[string, object, ReadonlyArray<string>, unknown?]>([
    ['another type', updated, ['type'], 'ProfileDeleted'],
    ['no data', updated, ['data']],
    ['a database id below 1', updated, ['data', 'db_id'], 0],
    ['a database id beyond 2^53', updated, ['data', 'db_id'], 2 ** 53],
    ['a profile id of another length', updated, ['data', 'profile_id'], 'abc'],
    ['a change without its field', updated, ['data', 'changes', '0', 'field']],
    ['a change of no known action', updated, ['data', 'changes', '0', 'action'], 'double'],
    ['a change without its result', updated, ['data', 'changes', '0', 'value']],
    ['items that are no list', updated, ['data', 'changes', '1', 'items'], 'a'],
    ['a subscription without channel', updated, ['data', 'subscriptions', '0', 'subscription', 'channel']],
    [
      'a subscription email that is no text',
      updated,
      ['data', 'subscriptions', '0', 'subscription', 'email'],
      1,
    ],
    ['no metadata', updated, ['metadata']],
    ['an import id that is none', updated, ['metadata', 'import_id'], 'abc'],
    ['another version', updated, ['metadata', 'schema_version'], 2],
    ['another encoding', updated, ['metadata', 'message', 'encoding'], 'utf16'],
    ['no candidates', updated, ['metadata', 'match', 'candidates']],
    ['skip_triggers as text', updated, ['metadata', 'skip_triggers'], 'true'],
    ['a verdict that is none', importRepeated(2, 1), ['data', 'first_outcome', 'verdict'], 'duplicate'],
  ])('refuse, as the codecs do: %s', (_what, event, path, value) => {
    const wrong = damaged(event, path, value)
    expect(isValid(event as typeof updated)).toBe(true)
    expect(isValid(wrong)).toBe(false)
    const { type, data, metadata } = { data: undefined, metadata: undefined, ...wrong }
    const eventId = (event as typeof updated).metadata.import_id
    const stored = { eventId, stream: 'profiles-1.7', type, data, metadata }
    expect(decodeStoredEvent(stored).type).toBe('Unreadable')
  })

  test('cannot be made of a codec that nobody has described', () => {
    const toSchema = jsonSchemaOf({ named: new Map(), leaves: new Map() }, new Map())
    expect(() => toSchema(t.type({ at: t.bigint }))).toThrow('no JSON Schema is known for the codec bigint')
  })
})
