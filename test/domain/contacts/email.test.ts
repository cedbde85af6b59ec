import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparableEmail, normalEmail } from '../../../domain/contacts/email.ts'

describe('an email', () => {
  test.each([
    [' John@Example.COM\n', 'john@example.com'],
    ['\ufefflee@example.com\u00a0', 'lee@example.com'],
    ['a+b@x.co', 'a+b@x.co'],
    ['taro..yamada@docomo.ne.jp', 'taro..yamada@docomo.ne.jp'],
    ['a.@docomo.ne.jp', 'a.@docomo.ne.jp'],
    [".!#$%&'*+/=?^_`{|}~-@x.co", ".!#$%&'*+/=?^_`{|}~-@x.co"],
    [`${'a'.repeat(100)}@x.co`, `${'a'.repeat(100)}@x.co`],
    ['a@b.c', 'a@b.c'],
    ['a@1.2.3.4a', 'a@1.2.3.4a'],
    ['a@x.0xg', 'a@x.0xg'],
    [`a@${'b'.repeat(63)}.com`, `a@${'b'.repeat(63)}.com`],
    ['a@XN--BCHER-KVA.example', 'a@xn--bcher-kva.example'],
    ['Почта@Пример.рф', 'почта@пример.рф'],
    ['用户@例え.テスト', '用户@例え.テスト'],
    ['नाम@डाटा.भारत', 'नाम@डाटा.भारत'],
    ['٣@مثال.إختبار', '٣@مثال.إختبار'],
    ['Rene\u0301@CAFE\u0301.example', 'ren\u00e9@caf\u00e9.example'],
    ['x@STRA\u1e9eE.de', 'x@stra\u00dfe.de'],
    ['x@\u039f\u0394\u039f\u03a3-1.gr', 'x@\u03bf\u03b4\u03bf\u03c3-1.gr'],
    ['x@\u13e3\u13b3\u13a9.example', 'x@\uabb3\uab83\uab79.example'],
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
    'a@x.co.',
    'a@.x.co',
    'a b@x.co',
    'a@x.co, b@x.co',
    'Ann <a@x.co>',
    '"a b"@x.co',
    'a@[127.0.0.1]',
    'a@1.2.3.4',
    'a@x.1',
    'a@x.0x1F',
    'a@x.0x',
    'a@\u05d0b.example',
    'a@xn--ab-j1t.пример',
    'a@xn--a.пример',
    'a@bücher.\u0663',
    'a@x_y.co',
    'a@-x.co',
    'a@x-.co',
    `a@${'b'.repeat(64)}.com`,
    `a@${'ü'.repeat(58)}.com`,
    `${'a'.repeat(250)}@x.co`,
    'a@'.repeat(50_000),
    'a\ud800@x.co',
    '\u{1f600}@x.co',
    'a@i\u2764.ws',
  ])('is not %.40j', (text) => {
    expect(normalEmail(text)).toBeUndefined()
  })

  const invisible = ['\u200b', '\u200c', '\u200d', '\u200e', '\u202a', '\u202c', '\u202e', '\u2060', '\u2066']
  const invisibleLetters = ['\u00ad', '\u034f', '\u061c', '\u115f', '\u17b4', '\u180b', '\u3164', '\ufe0f']
  test.each([...invisible, ...invisibleLetters, '\uffa0', '\u{e0061}', '\u{e0100}'])(
    'contains no invisible characters: %j',
    (unseen) => {
      const places = [`${unseen}lee@example.com`, `le${unseen}e@example.com`, `lee${unseen}@example.com`]
      for (const text of [...places, `lee@exam${unseen}ple.com`, `lee@example.com${unseen}`])
        expect(normalEmail(text)).toBeUndefined()
    },
  )

  test.each([
    ['the Kelvin sign', '\u212aate@example.com'],
    ['the Kelvin sign in the domain', 'ann@\u212aate.example'],
    ['the Greek question mark', 'a\u037eb@example.com'],
    ['the Greek grave accent', 'a\u1fefb@example.com'],
    ['a full-width letter', 'kate@ex\uff41mple.com'],
    ['a full-width letter among others', 'kate@\uff42ücher.example'],
    ['a ligature', 'kate@\ufb01le.com'],
    ['a long s', 'kate@\u017fite.com'],
    ['a letter with a dot of its own', 'kate@co\u0140aborar.cat'],
    ['an ideographic full stop', 'kate@example\u3002com'],
    ['a full-width full stop', 'kate@example\uff0ecom'],
    ['an ideographic full stop in a domain that is not ASCII', 'kate@例え\u3002テスト'],
  ])('is not ASCII in disguise: %s', (_what, text) => {
    expect(normalEmail(text)).toBeUndefined()
  })

  test('in normal form is its own normal form, and compares equal to it', () => {
    const anything = fc.string({ unit: 'grapheme' })
    const text = fc.oneof(
      fc.emailAddress(),
      fc.tuple(anything, fc.domain()).map(([local, domain]) => ` ${local}@${domain}`),
      fc.tuple(anything, anything).map(([local, domain]) => `${local}@${domain}.com`),
    )
    fc.assert(
      fc.property(text, (each) => {
        const email = normalEmail(each)
        if (email === undefined) return
        expect(normalEmail(email)).toBe(email)
        expect(normalEmail(each.normalize('NFD'))).toBe(email)
        expect(comparableEmail(comparableEmail(email))).toBe(comparableEmail(email))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('emails compare', () => {
  const keyOf = (text: string): string => comparableEmail(normalEmail(text) ?? 'refused')

  test.each([
    ['x@bücher.example', 'x@xn--bcher-kva.example'],
    ['x@пример.рф', 'x@xn--e1afmkfd.xn--p1ai'],
    ['x@mail.пример.рф', 'x@mail.xn--e1afmkfd.xn--p1ai'],
    ['x@stra\u00dfe.de', 'x@xn--strae-oqa.de'],
    ['ü@bücher.example', 'ü@xn--bcher-kva.example'],
    // The vowel of a Thai keyboard, and the two that a registry converts it to.
    ['x@\u0e04\u0e33.ไทย', 'x@\u0e04\u0e4d\u0e32.ไทย'],
    ['x@\uff71\uff72.jp', 'x@\u30a2\u30a4.jp'],
  ])('by the A-labels of their domains: %s and %s', (one, other) => {
    expect(normalEmail(one)).toBe(one)
    expect(normalEmail(other)).toBe(other)
    expect(comparableEmail(one)).toBe(comparableEmail(other))
  })

  test.each([
    ['\u03a3\u0391\u03a3@example.gr', '\u03c3\u03b1\u03c2@example.gr'],
    ['\u03a3\u0391\u03a3@example.gr', '\u03c3\u03b1\u03c3@example.gr'],
    ['\u03c3\u03b1\u03c2@example.gr', '\u03c3\u03b1\u03c3@example.gr'],
    ['\u03a3\u0391\u03a3.\u0391@example.gr', '\u03c3\u03b1\u03c2.\u03b1@example.gr'],
    ['\u03a3@b\u00fccher.example', '\u03c2@xn--bcher-kva.example'],
    ['\u00b5@example.com', '\u03bc@example.com'],
    ['\u03f1\u0314@example.com', '\u03c1\u0314@example.com'],
  ])('without regard to case: %s and %s', (one, other) => {
    expect(keyOf(one)).toBe(keyOf(other))
  })

  test('without regard to case in every script', () => {
    let letters = 0
    for (let code = 0x80; code < 0x20000; code += 1) {
      const letter = String.fromCodePoint(code)
      const capital = letter.toUpperCase()
      if (!/^\p{L}$/u.test(letter) || !/^[^\0-\x7f]$/u.test(capital) || capital === letter) continue
      if (normalEmail(`${letter}@x.co`) === undefined) continue
      letters += 1
      expect(keyOf(`${letter}@x.co`)).toBe(keyOf(`${capital}@x.co`))
      expect(keyOf(`x${letter}x@x.co`)).toBe(keyOf(`x${capital}x@x.co`))
    }
    expect(letters).toBeGreaterThan(1000)
  })

  test.each([
    ['a dotless i', '\u0131@example.com', 'i@example.com'],
    ['a long s', '\u017f@example.com', 's@example.com'],
    ['a sharp s', '\u00df@example.com', 'ss@example.com'],
    ['an iota below', 'b\u0345@example.com', 'b\u03b9@example.com'],
  ])('but %s is another letter', (_, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other))
  })

  test.each([
    ['x@stra\u00dfe.de', 'x@strasse.de'],
    ['x@\u03bf\u03b4\u03bf\u03c2.gr', 'x@\u03bf\u03b4\u03bf\u03c3.gr'],
    ['ü@example.com', 'u@example.com'],
    ['xn--bcher-kva@example.com', 'bücher@example.com'],
    ['\uff4bate@example.com', 'kate@example.com'],
  ])('as different: %s and %s', (one, other) => {
    expect(comparableEmail(one)).not.toBe(comparableEmail(other))
  })

  test.each([
    ['in NFC', 'rene\u0301@example.com', 'ren\u00e9@example.com'],
    ['in A-labels', 'x@bu\u0308cher.example', 'x@xn--bcher-kva.example'],
    ['as they are, where they would be refused today', 'lee@example.com\u200b', 'lee@example.com\u200b'],
    ['never as another', 'kate@ex\uff41mple.com', 'kate@ex\uff41mple.com'],
    ['never as another, by NFC', 'a\u1fefb@example.com', 'a\u1fefb@example.com'],
    ['whatever they are', 'no address \u00e9', 'no address \u00e9'],
  ])('in old events %s', (_what, stored, compared) => {
    expect(comparableEmail(stored)).toBe(compared)
  })
})
