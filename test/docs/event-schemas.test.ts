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
import { eventLine } from '../../infrastructure/cli/format-event.ts'
import { arbitraryMessage } from '../support/builders/arbitrary-messages.ts'
import {
  anImportId,
  importRejected,
  importRepeated,
  profileUpdated,
} from '../support/builders/event-builders.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

const ajv = new Ajv2020({ strict: true })
const validators = new Map([...eventSchemas.values()].map((schema) => [schema.title, ajv.compile(schema)]))

const isValid = (event: { readonly type: string }): boolean => validators.get(event.type)?.(event) === true

/** A copy without one member, or with another value for it. */
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
  test('equal the files in docs/events', () => {
    const folder = join(import.meta.dirname, '../../docs/events')
    const files = readdirSync(folder).filter((file) => file.endsWith('.schema.json'))
    const stored = files.map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))])
    expect(new Map(stored as Array<[string, JsonObject]>)).toEqual(eventSchemas)
  })

  test('accept everything that the pipeline records, as a line of `events`', async () => {
    const types = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryMessage(), { minLength: 1, maxLength: 40 }), async (messages) => {
        const pipeline = new Pipeline()
        try {
          const bodies = [...messages.map(bytesOf), Buffer.from([0xff])]
          const sent = bodies.map((body, i) => ({ body, properties: { message_id: `m-${i}` } }))
          await pipeline.import([...sent, ...sent.slice(0, 2)], 20)
          for (const line of (await pipeline.events()).map(eventLine({}))) {
            types.add(line.type)
            expect(isValid(line), JSON.stringify(line)).toBe(true)
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
      { field: 'bonus', action: 'incr', by: 1, value: 2, was: 1 },
      { field: 'tags', action: 'add', items: ['a'] },
      { field: 'address', action: 'upsert', submatch: ['city'], value: 'Bonn', replaced: ['Berlin'] },
    ],
    subscriptions: [{ action: 'put', subscription: { channel: 'email', resource_id: 24, status: null } }],
    context: { key_kinds: ['email'], keys: ['email:a@example.com'], candidates: 1 },
  })
  const left_alone = { fields: [{ field: 'city', changed_by: anImportId(7) }], subscriptions: [] }
  const sparing = { ...updated, personal: { ...updated.personal, left_alone } }
  const rejected = importRejected(3, { tag: 'LimitExceeded', limit: 'fields', maximum: 1000 })

  test.each<[string, object, ReadonlyArray<string>, unknown?]>([
    ['another type', updated, ['type'], 'ProfileDeleted'],
    ['no public part', updated, ['public']],
    ['a database id below 1', updated, ['public', 'db_id'], 0],
    ['a database id beyond 2^53', updated, ['public', 'db_id'], 2 ** 53],
    ['a profile id of another length', updated, ['public', 'profile_id'], 'abc'],
    ['an invalid import id', updated, ['public', 'import_id'], 'abc'],
    ['another version', updated, ['public', 'schema_version'], 1],
    ['another verdict', updated, ['public', 'verdict'], 'created'],
    ['a change with a code', updated, ['public', 'code'], 400],
    ['key kinds that are no list', updated, ['public', 'key_kinds'], 'email'],
    ['candidates as text', updated, ['public', 'candidates'], '1'],
    ['skip_triggers as text', updated, ['public', 'skip_triggers'], 'true'],
    ['nothing of whether it was identified', updated, ['public', 'identified']],
    ['no personal part', updated, ['personal']],
    ['a change without its field', updated, ['personal', 'changes', '0', 'field']],
    ['a change of no known action', updated, ['personal', 'changes', '0', 'action'], 'double'],
    ['a change without its result', updated, ['personal', 'changes', '0', 'value']],
    ['an increment of what was text', updated, ['personal', 'changes', '0', 'was'], '1'],
    ['items that are no list', updated, ['personal', 'changes', '1', 'items'], 'a'],
    ['what was replaced as no list', updated, ['personal', 'changes', '2', 'replaced'], 'Berlin'],
    [
      'a subscription without channel',
      updated,
      ['personal', 'subscriptions', '0', 'subscription', 'channel'],
    ],
    [
      'a subscription email that is not text',
      updated,
      ['personal', 'subscriptions', '0', 'subscription', 'email'],
      1,
    ],
    ['what was left alone as one list', sparing, ['personal', 'left_alone'], [{ field: 'city' }]],
    [
      'what was left alone without the import that had changed it',
      sparing,
      ['personal', 'left_alone', 'fields', '0', 'changed_by'],
    ],
    ['a salt that is not text', updated, ['personal', 'salt'], 1],
    ['no list of warnings', updated, ['personal', 'warnings']],
    ['a warning without tag', updated, ['personal', 'warnings'], [{}]],
    ['no message', updated, ['message']],
    ['another encoding', updated, ['message', 'encoding'], 'utf16'],
    ['no tags of reasons', rejected, ['public', 'reason_tags']],
    ['no reasons', rejected, ['personal', 'reasons']],
    ['a reason without tag', rejected, ['personal', 'reasons', '0', 'tag']],
    ['a limit without its maximum', rejected, ['personal', 'reasons', '0', 'maximum']],
    ['an invalid verdict', importRepeated(2, 1), ['public', 'first_verdict'], 'duplicate'],
    ['a first outcome without its profile', importRepeated(2, 1), ['public', 'profile_id']],
  ])('refuse, as the codecs do: %s', (_what, event, path, value) => {
    const wrong = damaged(event, path, value)
    expect(isValid(event as typeof updated)).toBe(true)
    expect(isValid(wrong)).toBe(false)
    const { type, ...parts } = wrong
    const eventId = (event as typeof updated).public.import_id
    expect(
      decodeStoredEvent({ eventId, stream: 'profiles-1.7', type, data: parts, metadata: undefined }).type,
    ).toBe('Unreadable')
  })

  test('accept members that do not exist yet', () => {
    const later = {
      ...updated,
      public: { ...updated.public, later: 1 },
      personal: { ...updated.personal, later: 1, reply_to: 'answers', headers: { a: 1 }, traceparent: '00' },
    }
    expect(isValid(later)).toBe(true)
  })

  test('accept reasons that do not exist yet', () => {
    const unlucky = damaged(rejected, ['personal', 'reasons'], [{ tag: 'Unlucky', number: 13 }])
    expect(isValid(unlucky)).toBe(true)
  })

  test('cannot be derived from an unknown codec', () => {
    const toSchema = jsonSchemaOf({ named: new Map(), leaves: new Map() }, new Map())
    expect(() => toSchema(t.type({ at: t.bigint }))).toThrow('no JSON Schema is known for the codec bigint')
  })
})
