import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { type FieldDefinition, fieldTypeCodec } from '../../../domain/definitions/definitions.ts'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import { evolve } from '../../../domain/evolve.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import { identityKeysOf } from '../../../domain/matching/identity-keys.ts'
import type { Profile } from '../../../domain/profile.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import {
  buildMessage,
  buildRules,
  commandFrom,
  declaring,
  emptyWorld,
  importInto,
} from '../../support/builders/message-builders.ts'

const keysOf = (profile: Profile, rules: ImportRules): ReadonlySet<string> =>
  new Set(identityKeysOf(profile, rules.definitionOf(profile) ?? undeclared))

/** Whether a read model finds the profile that the message creates; undefined if it creates none. */
const isFoundAgain = (message: JsonObject, rules: ImportRules): boolean | undefined => {
  const command = commandFrom(message, rules)
  const { result, world } = importInto(emptyWorld(rules), message)
  if (E.isLeft(command) || E.isLeft(result)) return undefined
  const stored = evolve(undefined, JSON.parse(JSON.stringify(result.right)), 0)
  const keys = keysOf(stored, rules)
  for (const profile of world.profiles) expect(keys).toEqual(keysOf(profile, rules))
  return command.right.criterion.some((step) => step.some((set) => set.every((key) => keys.has(key))))
}

const law = (message: fc.Arbitrary<JsonObject>, rules: fc.Arbitrary<ImportRules>, atLeast: number): void => {
  let created = 0
  fc.assert(
    fc.property(message, rules, (each, under) => {
      const isFound = isFoundAgain(each, under)
      if (isFound === undefined) return
      created += 1
      expect(isFound).toBe(true)
    }),
    { numRuns: 3000 },
  )
  expect(created).toBeGreaterThan(atLeast)
}

const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger())
const numberText = fc.constantFrom(
  'NaN',
  '-0',
  'Infinity',
  '1e21',
  '1e+21',
  '9007199254740992',
  '1e-7',
  '0.1',
)
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'gold ',
    ' gold',
    'gold',
    'a, b',
    'a,a ',
    ' , ',
    '\ufeffa',
    'a\u2028',
    '2026-02-28',
    'true',
  ),
  fc.constantFrom('+49301234567', '(+49) 30 1234567', '0049301234567', '030 1234567', '+49301234567.0'),
)
const value: fc.Arbitrary<Json> = fc.oneof(text, numberText, number.map(String), number, fc.boolean())
const list: fc.Arbitrary<Json> = fc.oneof(fc.array(text, { maxLength: 4 }), fc.constant(['gold ', 'b']))
const definition: fc.Arbitrary<FieldDefinition> = fc.record({
  type: fc.constantFrom(...(Object.keys(fieldTypeCodec.keys) as ReadonlyArray<FieldDefinition['type']>)),
  match: fc.constant(true),
  values: fc.constant(['gold', 'gold ', '5', 'true']),
})
const rules: fc.Arbitrary<ImportRules> = fc
  .tuple(fc.option(definition), fc.constantFrom({}, { defaultCountry: 'DE' }))
  .map(([field, more]) => ({ ...(field === null ? buildRules() : declaring({ f: field })), ...more }))

const local = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.constantFrom('Ann', '\u03a3\u0391\u03a3'),
)
const domain = fc.oneof(
  fc.domain(),
  fc.constantFrom('bücher.example', 'BU\u0308CHER.example', 'xn--bcher-kva.example', 'ΟΔΟΣ.gr', 'คำ.ไทย'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((name) => `${name}.example`),
)
const email = fc.tuple(local, domain).map(([name, at]) => ` ${name}@${at}`)
const subscription = (contact: JsonObject) => ({ subscriptions: [{ resource_id: 24, ...contact }] })

describe('the profile that a message creates is found by it in the read model', () => {
  test('by a custom value that is stated', () => {
    const data: fc.Arbitrary<JsonObject> = fc.oneof(
      fc.constant({}),
      list.map((tags) => ({ f: { action: 'add', value: tags } })),
    )
    const message = fc
      .tuple(value, data)
      .map(([field_value, given]) =>
        buildMessage({ matching: 'custom', field_name: 'f', field_value, data: given }),
      )
    law(message, rules, 500)
  })

  test('by a custom value in data', () => {
    const inData = fc.oneof(value, number, fc.boolean(), list).map((each) => ({ f: each }))
    const message = inData.map((data) => buildMessage({ matching: 'custom', field_name: 'f', data }))
    law(message, rules, 500)
  })

  test('by the value in data, stated in the same way', () => {
    let found = 0
    fc.assert(
      fc.property(value, rules, (each, under) => {
        const by = { matching: 'custom', field_name: 'f' }
        const { result, world } = importInto(emptyWorld(under), buildMessage({ ...by, data: { f: each } }))
        if (E.isLeft(result)) return
        found += 1
        expect(importInto(world, buildMessage({ ...by, field_value: each })).result).toMatchObject({
          right: { type: 'ProfileUpdated', public: { verdict: 'unchanged' } },
        })
      }),
      { numRuns: 3000 },
    )
    expect(found).toBeGreaterThan(500)
  })

  test('by an email, wherever it is stated', () => {
    const message = fc.oneof(
      email.map((each) => buildMessage({ email: each })),
      email.map((each) => buildMessage({ data: { email: each } })),
      email.map((each) => buildMessage({ matching: 'email_sub', resource_id: 24, email: each })),
      email.map((each) =>
        buildMessage({ matching: 'email_sub', data: subscription({ channel: 'email', email: each }) }),
      ),
    )
    law(message, rules, 500)
  })

  test('by a phone, wherever it is stated', () => {
    const phone = fc.oneof(text, fc.stringMatching(/^(\+|00|\(\+)?49[ .)/-]?[1-9][0-9 ./-]{6,10}$/))
    const message = fc.oneof(
      phone.map((each) => buildMessage({ matching: 'phone', phone: each })),
      phone.map((each) => buildMessage({ matching: 'phone', data: { phones: [each] } })),
      phone.map((each) => buildMessage({ matching: 'phone_sub', resource_id: 24, phone: each })),
      phone.map((each) =>
        buildMessage({ matching: 'phone_sub', data: subscription({ channel: 'sms', phone: each }) }),
      ),
    )
    law(message, rules, 500)
  })

  test('by a push subscription', () => {
    const message = fc
      .tuple(text, text)
      .map(([provider, subscription_id]) =>
        buildMessage({ matching: 'push_sub', resource_id: 24, provider, subscription_id }),
      )
    law(message, rules, 500)
  })
})
