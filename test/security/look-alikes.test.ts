import { describe, expect, test } from 'vitest'
import { comparableEmail, normalEmail } from '../../domain/contacts/email.ts'
import { normalPhone } from '../../domain/contacts/phone.ts'
import { buildMessage, commandFrom, given } from '../support/builders/message-builders.ts'

describe('addresses that look alike', () => {
  const alike = [
    ...['kate@example.com', 'k\u0430te@example.com', 'kat\u0435@example.com', 'ka\u200bte@example.com'],
    ...['ka\u00adte@example.com', 'kate\u202e@example.com', '\u0138ate@example.com', 'kate@ex\u0430mple.com'],
    ...['k\u00e1te@example.com', '\uff4bate@example.com', 'kate@example.com\u200b', '\u202akate@example.com'],
  ]

  test('are different profiles, or none', () => {
    const accepted = alike.filter((email) => normalEmail(email) !== undefined)
    expect(accepted.length).toBeGreaterThan(5)
    const { profiles } = given(accepted.map((email) => buildMessage({ email })))
    expect(profiles.map(({ fields }) => fields.email)).toEqual(accepted)
  })

  test('that are equivalent belong to one profile', () => {
    const spellings = ['k\u00e1te@b\u00fccher.example', 'ka\u0301te@bu\u0308cher.example']
    const { profiles } = given(
      [...spellings, 'k\u00e1te@xn--bcher-kva.example', ' K\u00c1TE@B\u00dcCHER.EXAMPLE\ufeff'].map((email) =>
        buildMessage({ email }),
      ),
    )
    expect(profiles).toMatchObject([{ fields: { email: spellings[0] }, revision: 3 }])
  })

  test('with invisible characters are refused anywhere', () => {
    for (const email of ['lee@example.com\u200b', '\u202alee@example.com\u202c', 'lee\u00ad@example.com']) {
      const subscriptions = [{ channel: 'email', resource_id: 1, email }]
      for (const members of [{ email }, { data: { email } }, { data: { subscriptions } }])
        expect(commandFrom(buildMessage({ email: 'a@example.com', ...members }))).toMatchObject({
          left: [{ tag: 'BadMember', expected: 'an email address' }],
        })
    }
  })

  test('no other character becomes ASCII by normalisation', () => {
    const merged: Array<string> = []
    for (let point = 0x80; point < 0x110000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue
      const character = String.fromCodePoint(point)
      // UTS 46 does not change these either, and there are 140,000 of them.
      if (character.normalize('NFKC').toLowerCase() === character) continue
      const local = normalEmail(`x${character}x@example.com`)
      const domain = normalEmail(`x@x${character}x.com`)
      for (const each of [local, domain]) {
        if (each !== undefined && /^[ -~]*$/.test(comparableEmail(each).replaceAll('xn--', '\u00e9')))
          merged.push(character)
      }
    }
    expect(merged).toEqual([])
  })

  test('ill-formed text is not an address', () => {
    expect(normalEmail('a\ud800@example.com')).toBeUndefined()
  })
})

test('digits of other scripts give the same phone number', () => {
  expect(normalPhone('+\uff17\uff19\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11')).toBe(
    '+79000000001',
  )
  expect(normalPhone('+7900\u200b0000001')).not.toBe('+79000000002')
})
