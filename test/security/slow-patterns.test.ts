import { describe, expect, test } from 'vitest'
import { receiveMessage } from '../../application/receive-message.ts'
import { redactUrl } from '../../infrastructure/log/redact-url.ts'
import { buildMessage, buildRules, bytesOf } from '../support/builders/message-builders.ts'

// Not timed: at the length of a message, anything worse than linear would exceed the time limit of the test.
const long = 120_000
const shapes = [
  ...['a', '.', 'a.', '-', '@', 'a@', '"', '\\"', '\\ ', '" "', ' ', '\t', '\u00a0', '\u200b', '\ufeff'],
  ...[
    '0',
    '00',
    '+',
    '(',
    '+7',
    '1.',
    '::',
    'f:',
    '%',
    '/',
    '://',
    '://a:',
    '2024-',
    '\u00e9',
    '\u0130',
    '\u0301',
    'a\u0327\u0301',
    '\u043f.',
    '\u05d0',
    '\u4e00\u0301',
    'xn--',
    '\ud83d\ude00',
  ],
]
const ends: ReadonlyArray<readonly [string, string]> = [
  ['', ''],
  ['', '!'],
  ['a@', '.com'],
  ['"', '"@example.com'],
  ['', '@example.com'],
  ['+7', 'x'],
]
/** Lengths: the maximum of an address, and the maximum of a message. */
const texts = [254, long].flatMap((length) =>
  shapes.flatMap((shape) =>
    ends.map(([head, tail]) => `${head}${shape.repeat(length / shape.length - 20)}${tail}`),
  ),
)

describe('no text keeps the program busy for long', () => {
  const rules = buildRules({ defaultCountry: 'RU' })
  const receive = receiveMessage({ ...rules, limits: { ...rules.limits, message_bytes: 1_048_576 } })

  test.each(['email', 'phones', '_ip', '_bdate', '_tz', 'subscriptions'])('as %s', (field) => {
    for (const text of texts) {
      const value =
        field === 'phones'
          ? [text]
          : field === 'subscriptions'
            ? [{ channel: 'email', resource_id: 1, email: text }]
            : text
      receive(bytesOf(buildMessage({ email: 'ann@example.com', data: { [field]: value } })))
    }
  })

  test.each(['email', 'phone', 'field_value', 'field_name', 'profile_id', 'feedback_id', 'matching'])(
    'as the member %s',
    (member) => {
      for (const text of texts)
        receive(
          bytesOf(buildMessage({ matching: 'custom', field_name: 'x', field_value: 'y', [member]: text })),
        )
    },
  )

  test('as a path', () => {
    const submatch = 'a.'.repeat(long / 2)
    const { command } = receive(
      bytesOf(buildMessage({ data: { a: { action: 'upsert', value: 1, submatch } } })),
    )
    expect(command).toMatchObject({ left: [{ tag: 'LimitExceeded', limit: 'depth' }] })
  })

  test.each(['[', '{"a":', '[[],', '"', '\\u', '-', '1', '1e'])('as JSON: %s', (piece) => {
    const { command } = receive(Buffer.from(piece.repeat(1_000_000 / piece.length)))
    expect(command).toMatchObject({ left: [{ tag: expect.stringMatching(/^(NotJson|NotAnObject)$/) }] })
  })

  test('as a line of the log', () => {
    for (const text of texts) redactUrl(text)
  })
})
