import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { messageIdIn } from '../../../infrastructure/cli/message-id.ts'

const idIn = (line: string | Uint8Array, member = 'id') => {
  const id = messageIdIn(typeof line === 'string' ? Buffer.from(line) : line, member)
  return E.isRight(id) ? id.right : undefined
}
const problemOf = (line: string | Uint8Array, member = 'id') => {
  const id = messageIdIn(typeof line === 'string' ? Buffer.from(line) : line, member)
  return E.isLeft(id) ? id.left : undefined
}

describe('an id', () => {
  test.each([
    ['{"id":"order-17"}', 'order-17'],
    ['\ufeff{"id":"order-17"}', 'order-17'],
    ['{"id":17}', '17'],
    ['\ufeff{"id":17}', '17'],
    ['{"id":0}', '0'],
    ['{"id":-5}', '-5'],
    ['{"id":9007199254740991}', '9007199254740991'],
    ['{"id":-9007199254740991}', '-9007199254740991'],
    ['{"id":"9007199254740993"}', '9007199254740993'],
    ['{"id":"1.0"}', '1.0'],
    // JSON.parse takes the last of several members with the same name, and so does the service.
    ['{"id":1.5,"id":17}', '17'],
    ['{"\\u0069d":17}', '17'],
    [String.raw`{"a":"\\\"id\":1.5\\","id":17,"b":"\"","c":[1.0,1e400]}`, '17'],
    ['{"__proto__":1.5,"id":17}', '17'],
    [`{"id":"${'é'.repeat(127)}"}`, 'é'.repeat(127)],
  ])('in %s', (line, id) => {
    expect(idIn(line)).toBe(id)
  })

  test.each([
    ...['9007199254740992', '9007199254740993', '-9007199254740992', '12345678901234567890'],
    ...['9007199254740991.4', '1.00000000000000001', '0.9999999999999999999', '1.5', '17.0'],
    ...['1e2', '1E2', '17e0', '1e400', '-1e400', '1e-400', '-0', '4e-324'],
    ...['""', 'null', 'true', '[17]', '{"id":17}', `"${'x'.repeat(256)}"`, `"${'é'.repeat(128)}"`],
    ...[String.raw`"\ud800"`, String.raw`"a\udc00"`],
  ])('is not made of %s', (value) => {
    expect(problemOf(`{"id":${value}}`)).toMatch(
      /^id: must be text of 1 to 255 bytes, or a whole number within /,
    )
  })

  test.each([
    ['{"ID":17}', 'id: is missing'],
    ['{"data":{"id":17}}', 'id: is missing'],
    ['{"id":17', 'message: must be JSON'],
    ['{"id":017}', 'message: must be JSON'],
    ['\ufeff\ufeff{"id":17}', 'message: must be JSON'],
    ['["id"]', 'message: must be a JSON object'],
    ['"id"', 'message: must be a JSON object'],
    ['null', 'message: must be a JSON object'],
    [Buffer.from('{"id":"\xe9"}', 'latin1'), 'message: must be UTF-8'],
  ])('is not in %s', (line, problem) => {
    expect(problemOf(line)).toBe(problem)
  })

  test('is not an inherited property of every object', () => {
    for (const member of ['constructor', 'toString', '__proto__']) {
      expect(problemOf('{"id":17}', member)).toBe(`${member}: is missing`)
      expect(idIn(`{"${member}":17}`, member)).toBe('17')
    }
  })

  test('is found in a line of any length', () => {
    const long = 'x\\"1'.repeat(4_000_000)
    expect(idIn(`{"text":"${long}","list":[${'7,'.repeat(1_000_000)}7],"id":17}`)).toBe('17')
  })

  test('is the number as the line spells it, wherever it is and whatever surrounds it', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,19})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/)
    fc.assert(
      fc.property(digits, fc.json(), fc.json(), (number, before, after) => {
        const id = idIn(`{"before":${before},"id" : ${number} ,"after":${after}}`)
        const exact = /^-?\d+$/.test(number) && number !== '-0' && Number.isSafeInteger(Number(number))
        expect(id).toBe(exact ? number : undefined)
      }),
    )
  })
})
