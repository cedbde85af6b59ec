import type { Random } from '../../demo/random.ts'

/** Every value of a generated message that is a text of its own holds this; no name does. */
export const marker = 'zqv'

type Rule = (random: Random) => string

const oneOf =
  (...rules: ReadonlyArray<Rule | string>): Rule =>
  (random) => {
    const rule = random.pick(rules)
    return typeof rule === 'string' ? rule : rule(random)
  }

/** As the first rule nearly always, else as the second. */
const mostly = (usual: Rule, rare: Rule | string): Rule => {
  const other = oneOf(rare)
  return (random) => (random.below(30) === 0 ? other : usual)(random)
}

const many =
  (rule: Rule, limit: number): Rule =>
  (random) =>
    Array.from({ length: random.below(limit) }, () => rule(random)).join(random.pick([',', ' ,\n']))

const list = (rule: Rule, limit = 4): Rule => {
  const elements = many(rule, limit)
  return (random) => `[${elements(random)}]`
}

const member = (name: Rule, value: Rule): Rule => {
  const colon = oneOf(':', ' : ')
  return (random) => `${name(random)}${colon(random)}${value(random)}`
}

const object = (name: Rule, value: Rule, limit = 4): Rule => {
  const members = many(member(name, value), limit)
  return (random) => `{${members(random)}}`
}

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

const text: Rule = (random) =>
  `"${marker}${random.below(9)}${random.below(4) === 0 ? random.pick(escapes) : ''}${random.below(60) === 0 ? random.pick(badEscapes) : ''}"`

const int = oneOf('0', '1', '-1', '7', '9007199254740991', '1.0', '1e2', '-0')
const number = oneOf(int, '1.5', '-2.25', '1e300', '5e-324', '0.1')
const badNumber = oneOf('9007199254740993', '-9007199254740993', '1e999', '1e20', '-1e400')
const bool = oneOf('true', 'false')
const goodScalar = oneOf(text, text, number, bool, '""')
const scalar = mostly(goodScalar, mostly(goodScalar, badNumber))

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
const quoted = (names: ReadonlyArray<string>): Rule => oneOf(...names.map((name) => `"${name}"`))
const customName = mostly(quoted(customNames), quoted(hostileNames))
const anyName = mostly(
  oneOf(quoted(systemNames), customName),
  oneOf(quoted(hostileNames), quoted(forbiddenNames)),
)

const json: (depth: number) => Rule = (depth) =>
  depth === 0
    ? scalar
    : oneOf(
        scalar,
        scalar,
        'null',
        (random) => list(json(depth - 1))(random),
        (random) => object(anyName, json(depth - 1))(random),
      )

const nested: Rule = (random) => {
  const levels = random.pick([3, 6, 8, 9, 31, 33, 400])
  return random.below(2) === 0
    ? '['.repeat(levels) + ']'.repeat(levels)
    : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
}

const email = mostly(
  oneOf(
    ...[`"${marker}1@example.com"`, `" ${marker.toUpperCase()}1@Example.com "`, `"${marker}2@example.com"`],
    ...[
      `"${marker}@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444"`,
      `"${marker}.\u00e9@example.com"`,
      `"\u0130${marker}@example.com"`,
    ],
    ...[`"${marker}\u2126@example.com"`, `"${marker}@example.\uff43om"`, `"${marker}@ex\u00adample.com"`],
  ),
  oneOf(
    `"${marker}"`,
    '""',
    `"${marker}@@example.com"`,
    '1',
    'null',
    `"\\"${marker} x\\"@example.com"`,
    scalar,
  ),
)
const phone = mostly(
  oneOf('"+79000000001"', '"+7 (900) 000-00-01"', '"0079000000002"', '"+5491123456789"', '"+12015550123"'),
  oneOf(
    `"${marker}"`,
    '"12"',
    '""',
    '"89000000001"',
    '"+390612345678"',
    '"+\uff17\uff19\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11"',
    scalar,
  ),
)
const date = mostly(oneOf('"1990-02-28"', '"2024-02-29T23:59:60Z"'), oneOf('"2023-02-29"', text, 'null'))
const tag = oneOf('"a"', '"b"', '" c,d"', '""', text)
const tags = mostly(list(tag, 5), oneOf(scalar, list(json(1))))
const order = object(oneOf('"id"', '"note"', '"constructor"'), json(1), 3)
const path = mostly(
  oneOf('"city"', '"geo.lat"', '["a.b"]', '["geo","lon"]'),
  oneOf(
    '""',
    '"."',
    '[]',
    '[1]',
    '"__proto__.x"',
    '["constructor","prototype","x"]',
    '"a.b.c.d.e.f.g.h.i.j"',
    'null',
  ),
)

const call = (action: string, value: Rule): Rule => {
  const usual: Rule = (random) => `{"action":"${action}","value":${value(random)},"submatch":${path(random)}}`
  const rare = oneOf(
    `{"action":"${action}"}`,
    (random) => `{"value":${value(random)},"action":"${action}","action":"${action}"}`,
    (random) => `{"action":"${action}","value":${json(2)(random)},"submatch":${json(1)(random)}}`,
  )
  return mostly(usual, rare)
}
const changeOfList = (action: string): Rule =>
  oneOf(call(action, tags), call(action, list(order)), call(action, list(phone)))
const anyCall = oneOf(
  call('incr', scalar),
  changeOfList('add'),
  changeOfList('delete'),
  call('upsert', json(2)),
)
/** A value, or a function that suits it: those of every field, and the ones given. */
const instruction = (value: Rule, ...suited: ReadonlyArray<Rule>): Rule =>
  mostly(oneOf(value, value, value, 'null', call('set', value), call('unset', value), ...suited), anyCall)
const ofList = (element: Rule): Rule =>
  instruction(list(element), call('add', list(element)), call('delete', list(element)))

const subscription: Rule = mostly(
  oneOf(
    (random) => `{"channel":"email","resource_id":24,"email":${email(random)},"status":${json(1)(random)}}`,
    (random) => `{"channel":"sms","resource_id":25,"phone":${phone(random)},"priority":${scalar(random)}}`,
    (random) =>
      `{"channel":"push","resource_id":24,"provider":${tag(random)},"subscription_id":${tag(random)}}`,
    (random) =>
      `{"channel":"viber","resource_id":1,"cc_data":${json(2)(random)},${member(anyName, json(1))(random)}}`,
  ),
  oneOf(
    json(2),
    (random) => `{"channel":${scalar(random)},"resource_id":${scalar(random)},"email":${email(random)}}`,
  ),
)

const field: Rule = oneOf(
  member(quoted(['email']), mostly(email, instruction(email))),
  member(quoted(['phones']), ofList(phone)),
  member(quoted(['_fname', '_city', '_regurl']), instruction(text)),
  member(quoted(['_bdate', '_regdate', 'born']), instruction(date)),
  member(quoted(['_sex']), instruction(mostly(oneOf('"male"', '"female"', '0', '1'), oneOf('2', text)))),
  member(quoted(['_status', 'bonus']), instruction(mostly(int, scalar), call('incr', number))),
  member(
    quoted(['_tz']),
    instruction(mostly(oneOf('"Europe/Riga"', '"utc"'), oneOf('"+03:00"', '"Nowhere/None"', text))),
  ),
  member(
    quoted(['_ip', '_regip']),
    instruction(mostly(oneOf('"192.0.2.1"', '"2001:db8::1"'), oneOf('"fe80::1%eth0"', '"1.2.3"', text))),
  ),
  member(quoted(['_postal_code']), instruction(oneOf(int, text))),
  member(quoted(['CRM_ID']), instruction(text)),
  member(quoted(['subscriptions']), instruction(list(subscription, 7))),
  member(quoted(['segments']), ofList(tag)),
  member(quoted(['address']), instruction(order, call('upsert', json(2)))),
  member(quoted(['orders']), mostly(ofList(order), call('upsert', json(2)))),
  member(customName, instruction(json(2))),
  member(anyName, mostly(json(2), nested)),
)

const modes = [
  ...[
    'email',
    'email_profile',
    'email_sub',
    'phone',
    'phone_sub',
    'profile_id',
    'custom',
    'custom',
    'custom_sub',
  ],
  ...['push_sub', 'email_phone', 'email_phone_sub'],
]

const members: ReadonlyArray<Rule> = [
  member(quoted(['matching']), mostly(quoted(modes), oneOf(text, 'null', '1', '"toString"', '"__proto__"'))),
  member(quoted(['email']), email),
  member(quoted(['phone']), phone),
  member(quoted(['field_name']), mostly(customName, oneOf(anyName, '"status"', '1', '""'))),
  member(quoted(['field_value']), mostly(oneOf(tag, int, '"a, b"', '","', text), json(1))),
  member(quoted(['resource_id']), mostly(oneOf('24', '25'), oneOf('0', '-1', text))),
  member(quoted(['provider', 'subscription_id']), mostly(tag, json(1))),
  member(
    quoted(['profile_id']),
    mostly(oneOf('"000000000000500080000000"', '"0000000100005000800000AA"', text), '1'),
  ),
  member(quoted(['feedback_id']), mostly(text, oneOf('""', '1', '"\\ud800"', '"a\\r\\nb"'))),
  member(quoted(['update_only', 'skip_triggers']), mostly(bool, json(1))),
  member(anyName, json(2)),
]

const data = mostly(
  (random) => `{${many(field, 6)(random)}}`,
  oneOf(json(2), 'null', '[]', (random) => `{${many(field, 40)(random)}}`),
)
const database = mostly(
  oneOf('"account_id":1,"db_id":1', '"account_id":1,"db_id":2', '"db_id":3,"account_id":1.0'),
  oneOf(
    ...[
      '"account_id":"1","db_id":1',
      '"account_id":0,"db_id":1',
      '"account_id":1',
      '"account_id":1,"db_id":null',
    ],
    ...[
      '"account_id":9007199254740993,"db_id":1',
      '"account_id":1,"db_id":1,"db_id":2',
      '"account_id":2,"db_id":9',
    ],
  ),
)

/** The text of a message: mostly nearly valid JSON, often nearly a valid import. */
export const messageText = (random: Random): string => {
  const parts = [database(random), `"data":${data(random)}`]
  for (const rule of members) if (random.below(3) > 0) parts.push(rule(random))
  if (random.below(2) === 0) parts.reverse()
  const whole = `{${parts.join(',')}}`
  return random.below(200) === 0 ? `\ufeff${whole}` : whole
}
