import type { Random } from '../../../../demo/random.ts'
import { field } from './field.ts'
import { anyName, bool, customName, int, json, quoted, text } from './json.ts'
import { many, member, mostly, oneOf, type Rule } from './rule.ts'
import { email, phone, tag } from './values.ts'

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
  member(
    quoted(['field_value']),
    mostly(
      oneOf(
        tag,
        int,
        '"a, b"',
        '","',
        text,
        '"NaN"',
        '"-Infinity"',
        '"1e+21"',
        '"0.5"',
        '"9007199254740992"',
      ),
      oneOf(json(1), 'null'),
    ),
  ),
  member(quoted(['resource_id']), mostly(oneOf('24', '25'), oneOf('0', '-1', text))),
  member(quoted(['provider', 'subscription_id']), mostly(tag, json(1))),
  member(
    quoted(['profile_id']),
    mostly(oneOf('"000000000000500080000000"', '"0000000100005000800000AA"', text), '1'),
  ),
  member(quoted(['feedback_id']), mostly(text, oneOf('""', '1', 'null', '"\\ud800"', '"a\\r\\nb"'))),
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
