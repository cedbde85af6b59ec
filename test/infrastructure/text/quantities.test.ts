import { expect, test } from 'vitest'
import { bytesText, durationText } from '../../../infrastructure/text/quantities.ts'

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [1.5 * 1024 ** 3, '1.5 GiB'],
  [5 * 1024 ** 5, '5120.0 TiB'],
])('%d bytes: %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

test.each([
  [0, '0 s'],
  [0.2, '1 s'],
  [119, '119 s'],
  [120, '2 min'],
  [7200, '2 h'],
  [172_800, '2 days'],
])('%d seconds: %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})
