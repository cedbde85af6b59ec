import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { recordedReason } from '../../domain/events/current.ts'
import { reasonText } from '../../domain/reason.ts'

test.each([
  ['message_bytes', 'message: exceeds the limit of 5 bytes'],
  ['fields', 'message: exceeds the limit of 5 fields'],
  ['list_elements', 'message: exceeds the limit of 5 elements in a list'],
  ['profile_fields', 'profile: exceeds the limit of 5 fields'],
  ['profile_list_elements', 'profile: exceeds the limit of 5 elements in a list'],
  ['profile_bytes', 'profile: exceeds the limit of 5 bytes'],
  ['event_bytes', 'event: exceeds the limit of 5 bytes'],
  ['of a newer program', 'message: exceeds the limit of 5 of a newer program'],
])('the text of a limit says whose it is: %s', (limit, text) => {
  expect(reasonText({ tag: 'LimitExceeded', limit, maximum: 5 })).toBe(text)
})

test('a reason of a newer program is told as such, without its details', () => {
  const newer = recordedReason.decode({ tag: 'TooYoung', member: 'age' })
  expect(E.isRight(newer) && reasonText(newer.right)).toBe(
    'refused for a reason that only a newer version of the importer knows',
  )
})

test.each([
  ['it is required', 'email: is required'],
  ['matching is "email"', 'email: is required for matching "email"'],
  ['a newer program needs it', 'email: is required (a newer program needs it)'],
])('a missing member is reported with its purpose: %s', (because, text) => {
  expect(reasonText({ tag: 'MissingMember', member: 'email', because })).toBe(text)
})
