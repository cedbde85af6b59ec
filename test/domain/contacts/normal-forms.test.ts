import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalEmail } from '../../../domain/contacts/email.ts'
import { normalPhone } from '../../../domain/contacts/phone.ts'

describe('an email', () => {
  test.each([
    [' John@Example.COM\n', 'john@example.com'],
    ['a+b@x.co', 'a+b@x.co'],
    ['Почта@Пример.рф', 'почта@пример.рф'],
  ])('%j is %s', (text, email) => {
    expect(normalEmail(text)).toBe(email)
  })

  test.each([
    '',
    ' ',
    'a',
    'a@b',
    '@x.co',
    'a@x..co',
    'a b@x.co',
    'a@x.co, b@x.co',
    `${'a'.repeat(250)}@x.co`,
    'a@'.repeat(50_000),
  ])('is not %.40j', (text) => {
    expect(normalEmail(text)).toBeUndefined()
  })

  test('in normal form is its own normal form', () => {
    const text = fc.oneof(
      fc.emailAddress(),
      fc.tuple(fc.string({ unit: 'grapheme' }), fc.domain()).map(([local, domain]) => ` ${local}@${domain}`),
    )
    fc.assert(
      fc.property(text, (each) => {
        const email = normalEmail(each)
        return email === undefined || normalEmail(email) === email
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a phone', () => {
  test.each([
    ['+7 (900) 000-00-00', '+79000000000'],
    ['0079000000000', '+79000000000'],
    [' 00 7 900 000 00 00 ', '+79000000000'],
    ['+12015550123', '+12015550123'],
    ['+79000000000', '+79000000000'],
  ])('%j is %s', (text, phone) => {
    expect(normalPhone(text)).toBe(phone)
  })

  test.each([
    '',
    '12',
    '+7',
    '8 900 000 00 00',
    'call +79000000000',
    '+7900000000000000',
    '+79000000000 ext. 5',
    '+7'.repeat(50_000),
    ' '.repeat(99),
  ])('is not %.40j', (text) => {
    expect(normalPhone(text)).toBeUndefined()
  })

  test('may be in national form with a default country', () => {
    expect(normalPhone('8 900 000 00 00', 'RU')).toBe('+79000000000')
    expect(normalPhone('+12015550123', 'RU')).toBe('+12015550123')
  })

  test('in normal form is its own normal form', () => {
    const digits = fc.stringMatching(/^(\+|00)?[1-9][0-9 ()-]{6,16}$/)
    fc.assert(
      fc.property(digits, fc.constantFrom(undefined, 'RU', 'AR', 'MX', 'IT', 'US', 'BR'), (each, country) => {
        const phone = normalPhone(each, country)
        return phone === undefined || normalPhone(phone, country) === phone
      }),
      { numRuns: 2000 },
    )
  })
})
