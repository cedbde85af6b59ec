import { expect, test } from 'vitest'
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

test.each([
  ['it is required', 'email: is required'],
  ['matching is "email"', 'email: is required for matching "email"'],
  ['a newer program needs it', 'email: is required (a newer program needs it)'],
])('a missing member is reported with its purpose: %s', (because, text) => {
  expect(reasonText({ tag: 'MissingMember', member: 'email', because })).toBe(text)
})
