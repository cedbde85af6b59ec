import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { objectIn } from '../../application/read-json.ts'
import { receiveMessage } from '../../application/receive-message.ts'
import { checkJson } from '../../domain/check-json.ts'
import type { Json } from '../../domain/json.ts'
import { defaultLimits } from '../../domain/limits.ts'
import { buildRules } from '../support/builders/message-builders.ts'

const receive = receiveMessage(buildRules())
const received = (members: string) => receive(new TextEncoder().encode(`{${members}}`))
const withData = (data: string) =>
  received(`"account_id":1,"db_id":7,"email":"a@example.com","data":${data}`).command
const keptOf = (number: string): Json | undefined => {
  const command = withData(`{"n":${number}}`)
  const [field] = E.isRight(command) ? command.right.fields : []
  return field?.action === 'set' ? field.value : undefined
}
const refusedMember = (command: ReturnType<typeof withData>): string | undefined =>
  E.isLeft(command) && command.left[0].tag === 'BadMember' ? command.left[0].member : undefined

describe('a number is refused, and its member named, when its double would be', () => {
  test.each([
    ['an integer', '0.99999999999999999999'],
    ['an integer', '1.00000000000000000001'],
    ['an integer', '-0.99999999999999999999'],
    ['an integer', '9007199254740991.4'],
    ['an integer', '4503599627370497.25'],
    ['an integer', '10000000000000000001e-19'],
    ['an integer', '0.099999999999999999999E+1'],
    ['0', '-1e-400'],
    ['0', `0.${'0'.repeat(400)}1`],
    ['0', `1e-${'9'.repeat(400)}`],
    ['infinite', '1e400'],
    ['infinite', '-1.5e309'],
    ['another integer', '9007199254740993'],
    ['another integer', '9007199254740992.5'],
  ])('%s: %s', (_what, number) => {
    expect(refusedMember(withData(`{"n":${number}}`))).toBe('data.n')
    expect(refusedMember(withData(`{"a":[1,{"b":[[ ${number} ]]}]}`))).toBe('data.a.1.b.0.0')
    expect(refusedMember(received(`"x":${number},"account_id":1,"db_id":7,"data":{}`).command)).toBe('x')
  })

  test('even as account_id: the message belongs to no account', () => {
    const message = received('"account_id":0.99999999999999999999,"db_id":7,"data":{}')
    expect(refusedMember(message.command)).toBe('account_id')
    expect(message.database).toBeUndefined()
  })

  test('even if the encoding is wrong', () => {
    const body = new TextEncoder().encode('{"account_id":0.99999999999999999999,"db_id":7,"data":{}}')
    expect(receive(body, 'gzip').database).toBeUndefined()
  })
})

describe('a number is kept', () => {
  test.each([
    ['1.0', 1],
    ['1e3', 1000],
    ['1000e-3', 1],
    ['12345678.00000000', 12_345_678],
    ['0.000e-999', 0],
    ['0.9007199254740991e16', 9_007_199_254_740_991],
    [`1${'0'.repeat(400)}e-400`, 1],
    [`0.${'0'.repeat(400)}1e401`, 1],
    [`1.${'0'.repeat(100_000)}`, 1],
  ])('as the integer that %s is', (number, value) => {
    expect(keptOf(number)).toBe(value)
  })

  test.each([
    ['0.1', 0.1],
    ['3.14159265358979323846', Math.PI],
    ['0.9999999999999999', 0.9999999999999999],
    ['123456789.1', 123456789.1],
    ['5e-324', 5e-324],
    ['2.5e-324', 5e-324],
  ])('to the precision of a double: %s', (number, value) => {
    expect(keptOf(number)).toBe(value)
  })
})

describe('something that only looks like a rounded number is accepted', () => {
  const rounded = '0.99999999999999999999'

  test.each([
    ['in text', `{"s":": ${rounded}"}`],
    ['in text, after quotation marks', String.raw`{"s":"\",: ${rounded}","t":"\\","u":",${rounded}"}`],
    ['as a name', `{", ${rounded}":1,"1e-400":{"${rounded}":2.5}}`],
  ])('%s', (_where, data) => {
    const command = withData(data)
    expect(E.isRight(command)).toBe(true)
    // With a rounded one beside it, the text is still unchanged.
    expect(refusedMember(withData(data.replace(/\}$/, `,"last":${rounded}}`)))).toBe('data.last')
  })

  test('the last of several members with one name counts', () => {
    expect(E.isRight(withData(`{"n":${rounded},"n":1}`))).toBe(true)
    expect(refusedMember(withData(`{"n":1,"n":${rounded}}`))).toBe('data.n')
  })

  test('text that is not JSON stays invalid', () => {
    for (const number of [
      `0${rounded}`,
      `+${rounded}`,
      `--${rounded}`,
      `${rounded}.1`,
      '1.e-400',
      '1e-400e1',
    ])
      expect(withData(`{"n":${number}}`)).toMatchObject({ left: [{ tag: 'NotJson' }] })
  })
})

test('a number of a hundred thousand digits is read in linear time', () => {
  const digits = 100_000
  for (const number of ['1', '0', '9', '7'].flatMap((digit) => {
    const run = digit.repeat(digits)
    return [`0.${run}`, `1.${run}1`, `1${run}e-${digits}`, `1.${run}e-7`, `1e-1${run}`, `1${run}.5`]
  }))
    expect(keptOf(number) === undefined).toBe(refusedMember(withData(`{"n":${number}}`)) === 'data.n')
  expect(E.isRight(withData(`{"s":"${'1e'.repeat(50_000)}"}`))).toBe(true)
})

/** Numbers as JSON can spell them, mostly with runs of zeros and nines. */
const run = fc.tuple(fc.constantFrom('0', '9', '1', '5'), fc.nat(40)).map(([digit, n]) => digit.repeat(n))
const someDigits = fc.array(run, { minLength: 1, maxLength: 3 }).map((runs) => runs.join('') || '0')
const spelling = fc
  .tuple(
    fc.constantFrom('', '-'),
    someDigits.map((digits) => digits.replace(/^0+(?=\d)/, '')),
    fc.oneof(
      fc.constant(''),
      someDigits.map((digits) => `.${digits}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-', 'E-'), fc.nat(400)).map(([e, power]) => `${e}${power}`),
    ),
  )
  .map((parts) => parts.join(''))

/** The exact value as a fraction of whole numbers. */
const exactly = (number: string): readonly [over: bigint, under: bigint] => {
  const [mantissa = '', power = '0'] = number.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const scale = Number(power) - fraction.length
  const digits = BigInt(whole + fraction)
  return scale < 0 ? [digits, 10n ** BigInt(-scale)] : [digits * 10n ** BigInt(scale), 1n]
}

const mayBeKept = (number: string): boolean => {
  const [over, under] = exactly(number)
  const double = Number(number)
  if (over % under !== 0n) return Number.isFinite(double) && !Number.isInteger(double)
  const integer = over / under
  return integer <= Number.MAX_SAFE_INTEGER && -integer <= Number.MAX_SAFE_INTEGER
}

test('every number is kept (integers exactly, others as their double) or refused by name', () => {
  const gap = fc.constantFrom('', ' ', '\n', '\t\r')
  fc.assert(
    fc.property(spelling, gap, fc.json(), fc.json(), fc.boolean(), (number, space, before, after, inList) => {
      const place = inList ? `[7,${space}${number}]` : `${space}${number}`
      const content = objectIn(`{"before":${before},"n":${place},"after":${after}}`)
      if (E.isLeft(content)) throw new Error('no JSON')
      const { n, before: read } = content.right
      const expected = mayBeKept(number) ? Number(number) : undefined
      const checked = checkJson({ n: n ?? null }, defaultLimits)
      if (expected === undefined)
        expect(checked).toMatchObject({ left: [{ tag: 'BadMember', member: inList ? 'n.1' : 'n' }] })
      else {
        expect(E.isRight(checked)).toBe(true)
        expect(Array.isArray(n) ? n[1] === expected : n === expected).toBe(true)
      }
      expect(read).toEqual(JSON.parse(before))
    }),
    { numRuns: 5000 },
  )
})
