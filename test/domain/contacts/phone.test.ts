import fc from 'fast-check'
import { getCountries, getExampleNumber } from 'libphonenumber-js/min'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, test } from 'vitest'
import { normalPhone } from '../../../domain/contacts/phone.ts'

describe('a phone', () => {
  test.each([
    ['+7 (900) 000-00-00', '+79000000000'],
    ['0079000000000', '+79000000000'],
    [' 00 7 900 000 00 00 ', '+79000000000'],
    ['+12015550123', '+12015550123'],
    ['+79000000000', '+79000000000'],
    ['(+49) 30 1234567', '+49301234567'],
    ['[+49] 30 1234567', '+49301234567'],
    ['+(49) 30 1234567', '+49301234567'],
    ['(0049) 30 1234567', '+49301234567'],
    ['tel:+49-30-1234567', '+49301234567'],
    ['TEL:+49(30)1234567', '+49301234567'],
    ['+49/30/1234567', '+49301234567'],
    ['+49 30/12345/67', '+49301234567'],
    ['+4930/1234567', '+49301234567'],
    ['+49.30.1234567', '+49301234567'],
    ['+49.301234567', '+49301234567'],
    ['+1.2015550123', '+12015550123'],
    ['+1 201 555.0123', '+12015550123'],
    ['+33 1.23.45.67.89', '+33123456789'],
    ['+49 (0)30 1234567', '+49301234567'],
    ['+49 (0) 30 1234567', '+49301234567'],
    ['+49(0)30/1234567', '+49301234567'],
    ['+49-(0)30-1234567', '+49301234567'],
    ['(0049) (0) 30 1234567', '+49301234567'],
    ['+31-(0)6 - 12345678', '+31612345678'],
    ['+39 (0)6 12345678', '+390612345678'],
    ['(+49 30 1234567)', '+49301234567'],
    ['+49 30 (1234567)', '+49301234567'],
    ['+1 (415) 555-2671', '+14155552671'],
    ['+7 495 (123-45-67)', '+74951234567'],
    ['+33 1 23 45 67 89', '+33123456789'],
    ['+44 20 7946 0958', '+442079460958'],
    ['+49301234567-68', '+4930123456768'],
    ['+4930123456 78', '+493012345678'],
    ['+49/30/12345/67', '+49301234567'],
    ['+43/1/71100/0', '+431711000'],
    ['+43 5574/123', '+435574123'],
    ['+32 475/12 34 56', '+32475123456'],
    ['+1 800 555/0199', '+18005550199'],
    ['+1 800 555.0000', '+18005550000'],
    ['+44 20 7946.0000', '+442079460000'],
    ['+213.5.51.23.40.00', '+213551234000'],
    ['+49 30 1234567-0', '+493012345670'],
    ['+49 30 1234567.', '+49301234567'],
    ['+49\u00a030\u00a01234567', '+49301234567'],
    ['\u00a0+49\u200930\u202f1234567', '+49301234567'],
    ['+49\u201130\u20131234567', '+49301234567'],
    ['+49\u221230\u20141234567', '+49301234567'],
    [
      '\uff0b\uff18\uff11\uff08\uff13\uff09\uff11\uff12\uff13\uff14\uff0d\uff15\uff16\uff17\uff18',
      '+81312345678',
    ],
    ['\uff10\uff10\uff18\uff11\u3000\uff13\u30fc1234\uff705678', '+81312345678'],
    ['+\u0664\u0669\u0663\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667', '+49301234567'],
    ['+\u06f4\u06f9\u06f3\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7', '+49301234567'],
  ])('%j is %s', (text, phone) => {
    expect(normalPhone(text)).toBe(phone)
    // A plus means the same, whatever the default country.
    expect(normalPhone(text, 'DE')).toBe(phone)
  })

  test.each([
    '',
    '12',
    '+7',
    'call +79000000000',
    '+7900000000000000',
    '+79000000000 ext. 5',
    '+79000000000x5',
    '+79000000000*5',
    '+79000000000#5',
    '+79000000000;ext=5',
    '+79000000000,5',
    '+1-800-FLOWERS',
    '++79000000000',
    '+7900+0000000',
    '-49301234567',
    '+-49301234567',
    "'+49301234567",
    '=+49301234567',
    'tel://+49301234567',
    '+49 30 1234567/68',
    '+49 30 1234567/8',
    '030 1234567 / 68',
    '+49 30 1234567/100',
    '+49 30 1234567/68/69',
    '+49/30/1234567/68',
    '+49/30/1234567/8',
    '+49/30/1234567/689',
    '+49/30/1234567/68/69',
    '+49/30/123456/78',
    '+49/30/123 45 67/68',
    '+49301234567 (1)',
    '+49301234567 (12).',
    '+49301234567 [1]',
    '+49301234567 (1',
    '+49 30 1234567 (30)',
    '+49301234567(0)',
    '+49 (0) 30 1234567 (0)',
    '+49 (0) (0) 30 1234567',
    '+49 30 (0) 1234567',
    '+49 30 1234(0)567',
    '030 (0) 1234567',
    '+49301234567 1',
    '+49301234567 12',
    '1234567\uff0f68',
    'callto:+49301234567',
    'tel:030-1234567;phone-context=+49',
    '+4930123456\u00b2',
    '+4930123456\u2461',
    '+7'.repeat(50_000),
    ' '.repeat(99),
  ])('is not %.40j', (text) => {
    expect(normalPhone(text)).toBeUndefined()
    expect(normalPhone(text, 'DE')).toBeUndefined()
  })

  test.each([
    ...['+49301234567.0', '49301234567.0', '+49301234567.00', '+49301234567.000000', '+49301234567.25'],
    ...[
      '.5',
      '0.5',
      '4.9301234567E+11',
      '+49301234567e0',
      '+49301234567,0',
      '+49 30 1234567.0',
      '301234567.5',
    ],
    ...['+49 301 234 567.000', '+49 301 234 567.0000', '301 234 567 .000'],
    ...['+49 301 234 567.00', '+49.301.234.567.0', '+49301234567 .0', '+49301234567. 0', '(+49301234567.0)'],
    ...['tel:+49301234567.0', '00 49301234567.0', '\uff0b49301234567\uff0e\uff10', '+49301234567.\u0660'],
  ])('is not a number of a spreadsheet: %s', (text) => {
    expect(normalPhone(text)).toBeUndefined()
    expect(normalPhone(text, 'DE')).toBeUndefined()
  })

  test.each([
    '\u200b',
    '\u200e',
    '\u202a',
    '\u202c',
    '\u202e',
    '\u2060',
    '\u2066',
    '\u00ad',
    '\ufeff',
    '\u034f',
  ])('contains no invisible characters: %j', (unseen) => {
    for (const text of [`${unseen}+49 30 1234567`, `+49${unseen}301234567`, `+4930123456${unseen}7`])
      if (text.trim() === text) expect(normalPhone(text)).toBeUndefined()
  })

  test('may be in national format with a default country', () => {
    expect(normalPhone('8 900 000 00 00')).toBeUndefined()
    expect(normalPhone('8 900 000 00 00', 'RU')).toBe('+79000000000')
    expect(normalPhone('+12015550123', 'RU')).toBe('+12015550123')
    expect(normalPhone('01.23.45.67.89', 'FR')).toBe('+33123456789')
    expect(normalPhone('(201) 555.0123', 'US')).toBe('+12015550123')
    expect(normalPhone('011 49 30 1234567', 'US')).toBe('+49301234567')
    expect(
      normalPhone('\uff10\uff13\uff0d\uff11\uff12\uff13\uff14\uff0d\uff15\uff16\uff17\uff18', 'JP'),
    ).toBe('+81312345678')
  })

  test('of any country is read from the notations that people write', () => {
    const spellings: ReadonlyArray<(text: string) => string> = [
      (text) => text,
      (text) => text.replaceAll(/[ -]/g, '.'),
      (text) => text.replaceAll(' ', '\u00a0'),
      (text) => text.replaceAll(/[ -]/g, '/'),
      (text) => text.replaceAll('-', '\u2011'),
      (text) => text.replace('+', '00'),
      (text) => text.replace(/^\+(\d+)/, '(+$1)'),
    ]
    let written = 0
    for (const country of getCountries()) {
      const example = getExampleNumber(country, examples)
      if (example === undefined) continue
      for (const format of ['INTERNATIONAL', 'E.164'] as const)
        for (const spelling of spellings) {
          written += 1
          expect(normalPhone(spelling(example.format(format)))).toBe(example.number)
        }
      expect(normalPhone(example.format('RFC3966'))).toBe(example.number)
      expect(normalPhone(example.format('NATIONAL'), country)).toBe(example.number)
    }
    expect(written).toBeGreaterThan(3000)
  })

  test('in normal form is its own normal form', () => {
    const digits = fc.stringMatching(/^(\+|00)?[1-9][0-9 ().-]{6,16}$/)
    fc.assert(
      fc.property(digits, fc.constantFrom(undefined, 'RU', 'AR', 'MX', 'IT', 'US', 'BR'), (each, country) => {
        const phone = normalPhone(each, country)
        return phone === undefined || normalPhone(phone, country) === phone
      }),
      { numRuns: 2000 },
    )
  })
})
