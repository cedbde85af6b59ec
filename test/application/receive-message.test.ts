import { createHash } from 'node:crypto'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { receiveDefective, receiveMessage } from '../../application/receive-message.ts'
import type { Reason } from '../../domain/events/current.ts'
import type { JsonObject } from '../../domain/json.ts'
import { reasonCode, reasonText } from '../../domain/reason.ts'
import { arbitraryMessage } from '../support/builders/arbitrary-messages.ts'
import { buildMessage, buildRules, bytesOf } from '../support/builders/message-builders.ts'

const receive = receiveMessage(buildRules())
const utf8 = (text: string) => new TextEncoder().encode(text)
const refusalOf = (command: ReturnType<typeof receive>['command']): Reason => {
  if (E.isRight(command)) throw new Error('accepted')
  expect(command.left).toHaveLength(1)
  return command.left[0]
}
const refused = (body: Uint8Array, contentEncoding?: string) =>
  refusalOf(receive(body, contentEncoding).command)

describe('a readable message', () => {
  const content = buildMessage({ email: 'a@example.com', feedback_id: 'f-1', skip_triggers: true })

  test('is kept as text, with length and SHA-256', () => {
    const body = bytesOf(content)
    expect(receive(body).message).toEqual({
      kept: { encoding: 'utf8', body: JSON.stringify(content) },
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    })
  })

  test('says who it is for', () => {
    const received = receive(bytesOf(content))
    expect(received).toMatchObject({
      feedbackId: 'f-1',
      matching: 'email',
      skipTriggers: true,
      database: { account_id: 1, db_id: 7 },
      command: { _tag: 'Right', right: { matching: 'email', updateOnly: false } },
    })
  })

  test.each([undefined, '', 'utf-8', 'UTF-8', 'utf8'])('may name its encoding %s', (encoding) => {
    expect(E.isRight(receive(bytesOf(content), encoding).command)).toBe(true)
  })

  test('may begin with a byte order mark, which is kept', () => {
    const text = `\ufeff${JSON.stringify(content)}`
    const received = receive(utf8(text))
    expect(received.message.kept.body).toBe(text)
    expect(E.isRight(received.command)).toBe(true)
  })

  test('is read from its slice of a larger buffer', () => {
    const body = bytesOf(content)
    const pool = new Uint8Array(body.length + 20).fill(0x7b)
    pool.set(body, 10)
    expect(E.isRight(receive(pool.subarray(10, 10 + body.length)).command)).toBe(true)
  })

  test('may have -0 in it, which becomes 0', () => {
    const { command } = receive(
      utf8('{"account_id":1,"db_id":7,"email":"a@example.com","data":{"n":-0,"l":[-0]}}'),
    )
    expect(command).toMatchObject({
      right: {
        fields: [
          { field: 'n', value: 0 },
          { field: 'l', value: [0] },
        ],
      },
    })
  })
})

test('every member that JSON cannot represent is reported, before anything else', () => {
  const text =
    '{"account_id":1e999,"db_id":7,"email":5,"data":{"a":9007199254740993,"__proto__":{},"l":[0,"\\ud800"]}}'
  const { command } = receive(utf8(text))
  expect(E.isLeft(command) && command.left.map(reasonText)).toEqual([
    'account_id: must be a number within the range and precision of a double',
    'data.a: must be an integer within ±(2^53-1)',
    'data.__proto__: must be renamed: this name is not allowed',
    'data.l.1: must be text without lone surrogates',
  ])
})

describe('an unreadable message', () => {
  test.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(), 'NotJson'],
    ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'NotUtf8'],
    ['an overlong encoding', Uint8Array.of(0xc0, 0xaf), 'NotUtf8'],
    ['a surrogate in UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'NotUtf8'],
    ['not JSON', utf8('{"account_id":1'), 'NotJson'],
    ['two values', utf8('{} {}'), 'NotJson'],
    ['a list', utf8('[]'), 'NotAnObject'],
    ['null', utf8('null'), 'NotAnObject'],
    ['a number', utf8('5'), 'NotAnObject'],
  ])('%s', (_what, body, tag) => {
    const received = receive(body)
    expect(refusalOf(received.command)).toMatchObject({ tag })
    expect(received).toMatchObject({ feedbackId: '', matching: 'email', skipTriggers: false })
    expect(received.database).toBeUndefined()
  })

  test('is kept as base64 if it is not UTF-8', () => {
    const body = Uint8Array.of(0xff, 0x00)
    expect(receive(body).message).toMatchObject({ kept: { encoding: 'base64', body: '/wA=' }, bytes: 2 })
  })

  test('names an encoding other than UTF-8', () => {
    const received = receive(bytesOf(buildMessage({ email: 'a@example.com' })), 'gzip')
    expect(refusalOf(received.command)).toEqual({
      tag: 'BadMember',
      member: 'content_encoding',
      expected: 'UTF-8',
    })
    expect(received.database).toEqual({ account_id: 1, db_id: 7 })
  })

  test('larger than the limit keeps its first 16 KiB, its length and its SHA-256', () => {
    const body = new Uint8Array(131_073).fill(0x20)
    const { message, command } = receive(body)
    expect(message).toEqual({
      kept: {
        encoding: 'base64',
        body: Buffer.from(body.subarray(0, 16_384)).toString('base64'),
        truncated: true,
      },
      bytes: 131_073,
      sha256: createHash('sha256').update(body).digest('hex'),
    })
    expect(refusalOf(command)).toEqual({
      tag: 'LimitExceeded',
      limit: 'message_bytes',
      maximum: 131_072,
    })
  })

  test('larger than the limit has the feedback_id from its beginning', () => {
    const body = bytesOf({ feedback_id: 'f1', data: { text: 'x'.repeat(131_072) } })
    expect(receive(body)).toMatchObject({ feedbackId: 'f1', database: undefined })
    const late = bytesOf({ data: { text: 'x'.repeat(131_072) }, feedback_id: 'f1' })
    expect(receive(late)).toMatchObject({ feedbackId: '' })
  })

  test('larger than the limit gives the same result if its source has dropped the rest', () => {
    const body = new Uint8Array(131_073).fill(0x20)
    const sha256 = createHash('sha256').update(body).digest('hex')
    const dropped = { bytes: body.length, sha256, beginning: body.subarray(0, 16_384) }
    expect(receive(dropped)).toEqual(receive(body))
    expect(receive(dropped, 'gzip')).toEqual(receive(body, 'gzip'))
    const limits = buildRules().limits
    expect(receiveDefective(limits)(dropped)).toEqual(receiveDefective(limits)(body))
  })

  test('exactly at the limit is read', () => {
    expect(refused(new Uint8Array(131_072).fill(0x20))).toEqual({ tag: 'NotJson' })
  })
})

describe('hostile JSON', () => {
  const withData = (data: string) => utf8(`{"account_id":1,"db_id":7,"email":"a@example.com","data":${data}}`)
  const nested = (levels: number) => withData(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)

  test.each([
    ['__proto__ as a member', utf8('{"account_id":1,"db_id":7,"__proto__":{"a":1}}'), '__proto__'],
    ['__proto__ within data', withData('{"a":[{"__proto__":1}]}'), 'data.a.0.__proto__'],
    ['an integer beyond 2^53', withData('{"n":9007199254740993}'), 'data.n'],
    ['one below', withData('{"n":[-9007199254740993]}'), 'data.n.0'],
    ['a number too large for a double', withData('{"n":1e400}'), 'data.n'],
    ['a lone surrogate', withData('{"s":"\\ud800"}'), 'data.s'],
    ['a lone surrogate as a name', withData('{"\\udc00":1}'), 'data.\\udc00'],
    ['bad in a member that is not ours', utf8('{"account_id":1,"db_id":7,"x":{"n":1e99}}'), 'x.n'],
  ])('%s is refused with its place', (_what, body, member) => {
    expect(refused(body)).toMatchObject({ tag: 'BadMember', member })
    expect(receive(body).database).toEqual({ account_id: 1, db_id: 7 })
  })

  test('is read up to 32 levels', () => {
    expect(E.isRight(receive(nested(31)).command)).toBe(true)
    expect(refused(nested(32))).toEqual({ tag: 'LimitExceeded', limit: 'depth', maximum: 32 })
    expect(refused(withData(`${'['.repeat(60_000)}${']'.repeat(60_000)}`))).toMatchObject({
      limit: 'depth',
    })
  })

  test('is read up to 10000 elements of a list', () => {
    const list = (n: number) => withData(`{"l":[${Array(n).fill('1').join()}]}`)
    expect(E.isRight(receive(list(10_000)).command)).toBe(true)
    expect(refused(list(10_001))).toEqual({
      tag: 'LimitExceeded',
      limit: 'list_elements',
      maximum: 10_000,
    })
  })

  test('leaves the prototypes of the process alone', () => {
    receive(
      withData(
        '{"constructor":{"prototype":{"polluted":1}},"toString":1,"a":{"action":"upsert","value":1,"submatch":"constructor.prototype.polluted"}}',
      ),
    )
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(`${{}}`).toBe('[object Object]')
  })

  test('with names of Object.prototype is like any other', () => {
    const { command } = receive(
      withData('{"constructor":1,"hasOwnProperty":"x","toString":{"valueOf":true},"$where":"1"}'),
    )
    expect(command).toMatchObject({
      right: {
        fields: [
          { field: 'constructor', value: 1 },
          { field: 'hasOwnProperty' },
          { field: 'toString' },
          { field: '$where' },
        ],
      },
    })
  })
})

describe('members', () => {
  test.each<[string, JsonObject, string]>([
    ['account_id null', { account_id: null }, 'account_id'],
    ['account_id as text', { account_id: '1' }, 'account_id'],
    ['account_id 0', { account_id: 0 }, 'account_id'],
    ['db_id with a fraction', { db_id: 1.5 }, 'db_id'],
    ['feedback_id no string', { feedback_id: 5 }, 'feedback_id'],
    ['skip_triggers no bool', { skip_triggers: 'true' }, 'skip_triggers'],
    ['update_only no bool', { update_only: 1 }, 'update_only'],
    ['db_id null', { db_id: null }, 'db_id'],
    ['matching no mode', { matching: 'toString' }, 'matching'],
    ['matching no string', { matching: 5 }, 'matching'],
    ['matching empty', { matching: '' }, 'matching'],
    ['data null', { data: null }, 'data'],
    ['data no object', { data: [] }, 'data'],
    ['email no string', { email: 5 }, 'email'],
    ['email no address', { email: 'nobody' }, 'email'],
    ['phone no string', { phone: 79_000_000_000 }, 'phone'],
    ['field_name no string', { field_name: 1 }, 'field_name'],
    ['field_value no scalar', { field_value: [1.5] }, 'field_value'],
    ['resource_id no int', { resource_id: '24' }, 'resource_id'],
    ['resource_id 0', { resource_id: 0 }, 'resource_id'],
    ['provider no string', { provider: {} }, 'provider'],
  ])('%s is refused', (_what, members, member) => {
    expect(refused(bytesOf(buildMessage({ email: 'a@example.com', ...members })))).toMatchObject({
      tag: 'BadMember',
      member,
    })
  })

  test.each(['account_id', 'db_id', 'data'])('%s missing is refused', (member) => {
    const { [member]: _left, ...message } = buildMessage({ email: 'a@example.com' })
    expect(refused(bytesOf(message))).toMatchObject({ tag: 'MissingMember', member })
  })

  const everyMode = [
    ...['email', 'email_profile', 'email_sub', 'phone', 'phone_sub', 'profile_id', 'custom', 'custom_sub'],
    ...['push_sub', 'email_phone', 'email_phone_sub'],
  ]
  test.each([undefined, ...everyMode])('that are null count as omitted: matching %s', (matching) => {
    const stated = {
      ...{ email: 'a@example.com', phone: '+79000000001', profile_id: '0'.repeat(24), field_name: 'f' },
      ...{ field_value: 'v', resource_id: 24, provider: 'fcm', subscription_id: 's', feedback_id: 'f-1' },
      ...{ skip_triggers: true, update_only: true, ...(matching === undefined ? {} : { matching }) },
    }
    const contentOf = ({ message: _message, ...content }: ReturnType<typeof receive>) => content
    for (const name of Object.keys(stated)) {
      const { [name as 'email']: _left, ...without } = stated
      expect(contentOf(receive(bytesOf(buildMessage({ ...stated, [name]: null }))))).toEqual(
        contentOf(receive(bytesOf(buildMessage(without)))),
      )
    }
  })

  test('that are null count as omitted in a refused message', () => {
    const received = receive(
      bytesOf({ db_id: 7, matching: null, feedback_id: null, skip_triggers: null, data: {} }),
    )
    expect(received).toMatchObject({ feedbackId: '', matching: 'email', skipTriggers: false })
    expect(refusalOf(received.command)).toMatchObject({ tag: 'MissingMember', member: 'account_id' })
  })

  test('1.0 is an int', () => {
    expect(
      receive(utf8('{"account_id":1.0,"db_id":7e0,"email":"a@example.com","data":{}}')).database,
    ).toEqual({ account_id: 1, db_id: 7 })
  })

  test('that are unknown are ignored', () => {
    expect(E.isRight(receive(bytesOf(buildMessage({ email: 'a@example.com', more: [1] }))).command)).toBe(
      true,
    )
  })

  test('of a refused message are returned as far as possible', () => {
    expect(
      receive(bytesOf({ account_id: 1, db_id: 2, feedback_id: 'f', matching: 'phone', skip_triggers: true })),
    ).toMatchObject({
      feedbackId: 'f',
      matching: 'phone',
      skipTriggers: true,
      database: { account_id: 1, db_id: 2 },
    })
    expect(receive(bytesOf({ feedback_id: {}, matching: 'no mode' }))).toMatchObject({
      feedbackId: '',
      matching: '',
      database: undefined,
    })
    expect(receive(utf8('{"feedback_id":"\\ud800"}')).feedbackId).toBe('')
  })

  test('may name a database that does not exist', () => {
    const received = receiveMessage(buildRules({ definitionOf: () => undefined }))(
      bytesOf(buildMessage({ email: 'a@example.com' })),
    )
    expect(reasonCode(refusalOf(received.command))).toBe(404)
    expect(received.database).toEqual({ account_id: 1, db_id: 7 })
  })
})

describe('any input', () => {
  const isAnswer = (received: ReturnType<typeof receive>) =>
    E.isRight(received.command) || reasonText(received.command.left[0]).length > 0

  test('of arbitrary bytes gives a command or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => isAnswer(receive(body))),
      { numRuns: 1000 },
    )
  })

  test('of arbitrary JSON gives a command or a refusal', () => {
    fc.assert(
      fc.property(fc.json(), (text) => isAnswer(receive(utf8(text)))),
      { numRuns: 1000 },
    )
  })

  test('that is a truncated or modified message gives a command or a refusal', () => {
    fc.assert(
      fc.property(arbitraryMessage(), fc.nat(), fc.nat(255), (message, at, byte) => {
        const body = bytesOf(message)
        const changed = body.with(at % body.length, byte)
        return isAnswer(receive(changed)) && isAnswer(receive(body.subarray(0, at % body.length)))
      }),
      { numRuns: 1000 },
    )
  })

  test('never appears as a value in a refusal', () => {
    const secret = 'SECRET'
    const spoilt = fc.constantFrom<JsonObject[string]>(
      secret,
      [secret],
      { a: secret },
      [{ a: secret }],
      [null, secret],
    )
    const member = fc.constantFrom(
      'account_id',
      'db_id',
      'data',
      'feedback_id',
      'skip_triggers',
      'matching',
      'email',
      'phone',
      'field_value',
      'field_name',
      'resource_id',
    )
    const field = fc.constantFrom(
      'email',
      'phones',
      '_bdate',
      '_sex',
      '_status',
      '_tz',
      '_ip',
      'subscriptions',
    )
    fc.assert(
      fc.property(
        arbitraryMessage(),
        member,
        field,
        spoilt,
        fc.boolean(),
        (message, name, within, value, inData) => {
          const spoiled = inData ? { ...message, data: { [within]: value } } : { ...message, [name]: value }
          const { command } = receive(bytesOf(spoiled))
          if (E.isLeft(command) && command.left[0].tag !== 'UnmatchableField')
            expect(command.left.map(reasonText) + JSON.stringify(command.left)).not.toContain(secret)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
