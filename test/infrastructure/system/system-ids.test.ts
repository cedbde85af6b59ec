import { expect, test } from 'vitest'
import { systemIds } from '../../../infrastructure/system/system-ids.ts'

test('salts are 16 bytes in base64url, each another', () => {
  const salts = Array.from({ length: 2000 }, () => systemIds.salt())
  expect(new Set(salts).size).toBe(salts.length)
  for (const salt of salts) {
    const bytes = Buffer.from(salt, 'base64url')
    expect([bytes.length, bytes.toString('base64url')]).toEqual([16, salt])
  }
  // No byte is left as it was allocated: 2,000 random ones are rarely all the same.
  const columns = Array.from({ length: 16 }, (_, i) => salts.map((salt) => Buffer.from(salt, 'base64url')[i]))
  for (const column of columns) expect(new Set(column).size).toBeGreaterThan(200)
})
