import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { type Fix, fixMessage } from '../../application/fix-message.ts'

const set = (path: string, json: string): Fix => ({ action: 'set', path: path.split('.'), json })
const unset = (path: string): Fix => ({ action: 'unset', path: path.split('.') })

const fixed = (text: string | Uint8Array, ...fixes: ReadonlyArray<Fix>) => {
  const result = fixMessage(Buffer.from(text), fixes)
  return E.isLeft(result) ? result.left : Buffer.from(result.right.body).toString()
}

test.each<[string, string, Fix, string]>([
  ['a member', '{"a":1,"b":2}', set('a', '"x"'), '{"a":"x","b":2}'],
  ['a missing member', '{"a":1}', set('b', 'null'), '{"a":1,"b":null}'],
  [
    'a nested member',
    '{"data":{"age":{"value":"5"}}}',
    set('data.age.value', '5'),
    '{"data":{"age":{"value":5}}}',
  ],
  ['a member with what is missing on its path', '{}', set('data.a.b', '[]'), '{"data":{"a":{"b":[]}}}'],
  ['an element of a list', '{"a":[1,{"b":2}]}', set('a.1.b', '3'), '{"a":[1,{"b":3}]}'],
  ['a member whose name is a number', '{"a":{"0":1}}', set('a.0', '2'), '{"a":{"0":2}}'],
  ['a name with a dot', '{"a.b":1}', { action: 'set', path: ['a.b'], json: '2' }, '{"a.b":2}'],
  ['a name that all objects share', '{}', set('constructor', '1'), '{"constructor":1}'],
])('sets %s', (_, text, fix, result) => {
  expect(fixed(text, fix)).toBe(result)
})

test.each<[string, string, string, string]>([
  ['a member', '{"a":1,"b":2}', 'a', '{"b":2}'],
  ['a nested member', '{"a":{"b":1,"c":2}}', 'a.b', '{"a":{"c":2}}'],
  ['an element of a list', '{"a":[1,2,3]}', 'a.1', '{"a":[1,3]}'],
  ['nothing, if there is no such member', '{"a": 1}', 'b', '{"a": 1}'],
  ['nothing, if the path ends before', '{"a": 1}', 'b.c', '{"a": 1}'],
  ['nothing, if there is no such element', '{"a": [1]}', 'a.1', '{"a": [1]}'],
  ['nothing that is only inherited', '{"a": 1}', 'constructor', '{"a": 1}'],
])('unsets %s', (_, text, path, result) => {
  expect(fixed(text, unset(path))).toBe(result)
})

test.each([
  ['through a number', set('a.b', '1')],
  ['through a text', unset('t.b')],
  ['to an element that the list lacks', set('l.1', '1')],
  ['to an element without a number', set('l.x', '1')],
  ['to an element with another spelling of its number', unset('l.00')],
])('a path that leads %s does not fit', (_, fix) => {
  expect(fixed('{"a":1,"t":"x","l":[1]}', fix)).toBe('unfit')
})

test.each<[string, string | Uint8Array]>([
  ['broken JSON', '{"a":'],
  ['JSON only with its numbers in quotation marks', '{1:2}'],
  ['no object', '[1]'],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['nested too deeply', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`],
])('%s cannot be fixed', (_, text) => {
  expect(fixed(text, set('a', '1'))).toBe('not_json')
})

test('fixes are applied one after another, and those that changed nothing are not told', () => {
  const fixes = [unset('a'), set('b.c', '1'), unset('x'), set('b.d', '2'), set('b.c', '1')]
  const result = fixMessage(Buffer.from('\ufeff{"a":1}'), fixes)
  expect(E.isRight(result) && result.right.fixes).toEqual([fixes[0], fixes[1], fixes[3]])
  expect(fixed('\ufeff{"a":1}', ...fixes)).toBe('{"b":{"c":1,"d":2}}')
})

test('a message that needs no fix stays as it is, byte by byte', () => {
  expect(fixed('{ "a" : 1 }', set('a', '1'))).toBe('{ "a" : 1 }')
})

test('numbers stay as they are written, in the message and in the fix', () => {
  const numbers = '[12345678901234567890,1.0,1e3,0.1000000000000000055511,-0]'
  expect(fixed(`{"n1":"n1","s":"s","\\"n":${numbers},"x":1}`, set('x', numbers))).toBe(
    `{"n1":"n1","s":"s","\\"n":${numbers},"x":${numbers}}`,
  )
})

test('whatever else is in the message stays', () => {
  const message = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
  fc.assert(
    fc.property(message, fc.jsonValue(), (message, value) => {
      const text = fixed(JSON.stringify(message), {
        action: 'set',
        path: ['fixed'],
        json: JSON.stringify(value),
      })
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ ...message, fixed: value })))
    }),
  )
})
