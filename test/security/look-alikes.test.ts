import { describe, expect, test } from 'vitest'
import { normalEmail } from '../../domain/contacts/email.ts'
import { normalPhone } from '../../domain/contacts/phone.ts'
import { buildMessage, given } from '../support/builders.ts'

describe('addresses that look alike', () => {
  const alike = [
    ...['kate@example.com', 'k\u0430te@example.com', 'kat\u0435@example.com', 'ka\u200bte@example.com'],
    ...['ka\u00adte@example.com', 'kate\u202e@example.com', '\u0138ate@example.com', 'kate@ex\u0430mple.com'],
    ...['k\u00e1te@example.com', 'ka\u0301te@example.com', '\uff4bate@example.com'],
  ]

  test('are different profiles, or none', () => {
    const accepted = alike.filter((email) => normalEmail(email) !== undefined)
    expect(accepted.length).toBeGreaterThan(5)
    const { profiles } = given(accepted.map((email) => buildMessage({ email })))
    expect(profiles.map(({ fields }) => fields.email)).toEqual(accepted)
  })

  test('no other character becomes ASCII by lower-casing', () => {
    const merged: string[] = []
    for (let point = 0x80; point < 0x110000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue
      const character = String.fromCodePoint(point)
      if (character.toLowerCase() === character) continue
      const email = normalEmail(`x${character}x@example.com`)
      const domain = normalEmail(`x@x${character}x.com`)
      for (const each of [email, domain]) {
        if (each !== undefined && /^[ -~]*$/.test(each)) merged.push(character)
      }
    }
    expect(merged).toEqual([])
  })

  test('a full-width or dotless domain is no domain of a mailbox in ASCII', () => {
    for (const email of ['kate@ex\uff41mple.com', 'kate@example\u3002com', 'kate@example\uff0ecom'])
      expect(normalEmail(email)).not.toBe('kate@example.com')
  })

  test('of text that is not well-formed there is no address', () => {
    expect(normalEmail('a\ud800@example.com')).toBeUndefined()
  })
})

test('digits of other scripts make the phone number that they say', () => {
  expect(normalPhone('+\uff17\uff19\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11')).toBe(
    '+79000000001',
  )
  expect(normalPhone('+7900\u200b0000001')).not.toBe('+79000000002')
})
