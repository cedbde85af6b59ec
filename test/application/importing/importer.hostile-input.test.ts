import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryMessage } from '../../support/builders/arbitrary-messages.ts'
import { bytesOf } from '../../support/builders/message-builders.ts'
import { Pipeline } from '../../support/pipeline/pipeline.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** Valid messages with bytes changed, removed or inserted. */
const mutated = fc
  .tuple(
    arbitraryMessage(),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 2 })), { maxLength: 8 }),
  )
  .map(([message, edits]) => {
    const bytes = [...bytesOf(message)]
    for (const [place, byte, kind] of edits) {
      const at = place % (bytes.length + 1)
      bytes.splice(at, kind === 0 ? 1 : 0, ...(kind === 1 ? [] : [byte]))
    }
    return Uint8Array.from(bytes)
  })

const inMessage = (value: string): string =>
  `{"account_id":1,"db_id":1,"email":"a@example.com","data":${value}}`

const crafted = fc.constantFrom(
  ...['', ' ', '\ufeff', 'null', '0', '[]', '{}', '"', '{"a":', 'NaN', '\0', '{"account_id":1}'],
  inMessage('['.repeat(100) + ']'.repeat(100)),
  '['.repeat(60_000),
  inMessage(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`),
  ...['9007199254740993', '-9007199254740993', '1e999', '-0', '1.0', '1e20'].map((n) =>
    inMessage(`{"n":${n}}`),
  ),
  ...['__proto__', 'constructor', 'prototype', 'toString', '$where', 'a.b', '', '\\u0000'].flatMap((name) => [
    inMessage(`{"${name}":{"polluted":true}}`),
    `{"${name}":1,"account_id":1,"db_id":1,"email":"a@example.com","data":{}}`,
  ]),
  inMessage('{"x":"\\ud800"}'),
  inMessage('{"\\udc00":1}'),
  inMessage('{"email":{"$ne":null}}'),
  inMessage(`{"x":"${'a'.repeat(200_000)}"}`),
  inMessage(`{"tags":[${'"t",'.repeat(10_001)}"t"]}`),
  inMessage(`{${Array.from({ length: 1001 }, (_, n) => `"f${n}":1`).join()}}`),
  inMessage('{"x":1,"x":2}'),
  inMessage(`{"email":"${'a'.repeat(60_000)}@example.com"}`),
  inMessage(`{"phones":["${'+'.repeat(60_000)}"]}`),
)

test('any message gets exactly one recorded outcome and one reply', { timeout: 300_000 }, async () => {
  const before = Object.getOwnPropertyNames(Object.prototype)
  const bodies = [
    ...fc.sample(fc.uint8Array({ maxLength: 300 }), { numRuns: 1500, seed: 1 }),
    ...fc.sample(fc.string({ unit: 'binary', maxLength: 200 }).map(text), { numRuns: 500, seed: 2 }),
    ...fc.sample(fc.json({ maxDepth: 6 }).map(text), { numRuns: 1000, seed: 3 }),
    ...fc.sample(mutated, { numRuns: 3000, seed: 4 }),
    ...fc.sample(crafted.map(text), { numRuns: 300, seed: 5 }),
  ]
  const defects: Array<unknown> = []
  const pipeline = new Pipeline({ observer: { defect: (error) => defects.push(error) } })
  try {
    const { acknowledged } = await pipeline.import(
      bodies.map((body) => ({ body })),
      100,
    )
    expect(acknowledged).toBe(bodies.length)
    expect(defects).toEqual([])
    const replies = await pipeline.replies()
    expect(replies).toHaveLength(bodies.length)
    expect(new Set(replies.map(({ importId }) => importId)).size).toBe(bodies.length)
    for (const { body } of replies) {
      expect(Object.keys(body)).toEqual([
        'error',
        'error_text',
        'feedback_id',
        'matching_field',
        'profile_id',
      ])
      expect([0, 400, 404, 413]).toContain(body.error)
    }
    const kept = (await pipeline.events()).map(({ event }) => event.type !== 'Unreadable' && event.message)
    const whole = kept.flatMap((message) => (message && !message.truncated ? [message] : []))
    const received = whole.map(({ body, encoding }) => Buffer.from(body, encoding).toString('hex')).sort()
    const sent = bodies
      .filter((body) => body.length <= 131_072)
      .map((body) => Buffer.from(body).toString('hex'))
    expect(received).toEqual(sent.sort())
    expect(await pipeline.profiles()).toEqual(
      [...(await pipeline.foldedProfiles())].sort(
        (a, b) =>
          a.profile.db_id - b.profile.db_id || a.profile.created_revision - b.profile.created_revision,
      ),
    )
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
  } finally {
    pipeline.close()
  }
})
