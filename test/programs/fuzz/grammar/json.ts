import { list, mostly, object, oneOf, type Rule } from './rule.ts'

/** Every text value of a generated message contains this; no name does. */
export const marker = 'zqv'

const escapes = [
  '\\u0000',
  '\\n',
  '\\"',
  '\\\\',
  '\\u2028',
  '\\uD83D\\uDE00',
  '\\u202e',
  '%25',
  ':',
  '.',
  '$',
  '\u00e9',
]
const badEscapes = ['\\ud800', '\\udfff x']

export const text: Rule = (random) =>
  `"${marker}${random.below(9)}${random.below(4) === 0 ? random.pick(escapes) : ''}${random.below(60) === 0 ? random.pick(badEscapes) : ''}"`

export const int = oneOf('0', '1', '-1', '7', '9007199254740991', '1.0', '1e2', '-0')
export const number = oneOf(int, '1.5', '-2.25', '1e300', '5e-324', '0.1', '3.14159265358979323846', '25e-1')
const badNumber = oneOf(
  ...['9007199254740993', '-9007199254740993', '1e999', '1e20', '-1e400'],
  ...['0.99999999999999999999', '9007199254740991.4', '-1e-400', '10000000000000000001e-19'],
)
export const bool = oneOf('true', 'false')
const goodScalar = oneOf(text, text, number, bool, '""')
export const scalar = mostly(goodScalar, mostly(goodScalar, badNumber))

const systemNames = [
  ...['email', 'phones', '_fname', '_bdate', '_regdate', '_sex', '_status', '_tz', '_ip', '_postal_code'],
  ...['_city', '_regurl', 'subscriptions'],
]
const customNames = [
  'CRM_ID',
  'bonus',
  'ratio',
  'isVip',
  'born',
  'level',
  'mobile',
  'segments',
  'address',
  'orders',
]
const hostileNames = [
  ...[
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
    '$set',
    '$where',
    'a.b',
    '',
  ],
  ...['length', '0', 'a:b', '%3A', '\\u0000', 'then', 'toJSON', 'valueOf'],
]
const forbiddenNames = ['__proto__', '\\u005f_proto__', '\\ud800']
export const quoted = (names: ReadonlyArray<string>): Rule => oneOf(...names.map((name) => `"${name}"`))
export const customName = mostly(quoted(customNames), quoted(hostileNames))
export const anyName = mostly(
  oneOf(quoted(systemNames), customName),
  oneOf(quoted(hostileNames), quoted(forbiddenNames)),
)

export const json: (depth: number) => Rule = (depth) =>
  depth === 0
    ? scalar
    : oneOf(
        scalar,
        scalar,
        'null',
        (random) => list(json(depth - 1))(random),
        (random) => object(anyName, json(depth - 1))(random),
      )

export const nested: Rule = (random) => {
  const levels = random.pick([3, 6, 8, 9, 31, 33, 400])
  return random.below(2) === 0
    ? '['.repeat(levels) + ']'.repeat(levels)
    : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
}
