import { expect, test } from 'vitest'
import { utcTime } from '../../../../domain/events/version-2/primitives.ts'

test.each([
  '2026-11-30T23:59:59Z',
  '2026-01-31T00:00:00.1Z',
  '2024-02-29T12:00:00.123456789Z',
  '0000-01-01T00:00:00Z',
])('%s is a time', (text) => {
  expect(utcTime.is(text)).toBe(true)
})

test.each([
  '2026-02-29T12:00:00Z',
  '2026-04-31T12:00:00Z',
  '2026-13-01T12:00:00Z',
  '2026-00-01T12:00:00Z',
  '2026-01-00T12:00:00Z',
  '2026-01-32T12:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T12:60:00Z',
  '2026-01-01T12:00:60Z',
  '2026-01-01T12:00:00',
  '2026-01-01T12:00:00.Z',
  '2026-01-01T12:00:00+00:00',
])('%s is no time', (text) => {
  expect(utcTime.is(text)).toBe(false)
})
