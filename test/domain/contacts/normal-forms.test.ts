import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalEmail } from '../../../domain/contacts/email.ts'

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
