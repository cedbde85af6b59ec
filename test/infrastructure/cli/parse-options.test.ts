import { InvalidArgumentError } from 'commander'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { time } from '../../../infrastructure/cli/parse-options.ts'

describe('a time', () => {
  test.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00+05:30', '2026-01-31T06:30:00.000Z'],
    ['2026-01-31T20:00:00-08:00', '2026-02-01T04:00:00.000Z'],
    ['2026-01-31T12:00:00-00:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
    // Leap seconds: before a new year, in another zone, with a fraction.
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60.25Z', '2017-01-01T00:00:00.250Z'],
    // Events have whole milliseconds: one at 12:00:00.123 was before this.
    ['2026-01-31T12:00:00.123000001Z', '2026-01-31T12:00:00.124Z'],
    ['2026-01-31T12:00:00.123000000Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T23:59:59.999999999Z', '2026-02-01T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(time(text)).toBe(expected)
  })

  test.each([
    ...['2026-02-30', '2026-02-29', '2100-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00'],
    ...['2026-1-1', '26-01-01', '2026-01', '2026', '20260131', '+002026-01-31', '2026-031'],
    ...['2026-01-31T12:00:00', '2026-01-31T12:00', '2026-01-31T12:00Z', '2026-01-31T12Z', '2026-01-31Z'],
    ...['2026-01-31T24:00:00Z', '2026-01-31T12:60:00Z', '2026-01-31T12:00:61Z', '2026-01-31T1:00:00Z'],
    ...['2026-01-31T12:00:00+24:00', '2026-01-31T12:00:00+0100', '2026-01-31T12:00:00 GMT'],
    ...[' 2026-01-31', '2026-01-31\n', '31/01/2026', 'Jan 31, 2026', '1769817600000', ''],
  ])('%j is refused', (text) => {
    expect(() => time(text)).toThrow(InvalidArgumentError)
  })

  test('is the same instant in every zone', () => {
    const instant = fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    })
    const minutes = fc.integer({ min: -(24 * 60 - 1), max: 24 * 60 - 1 })
    fc.assert(
      fc.property(instant, minutes, (at, offset) => {
        const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1)
        const of = (part: number) => String(Math.floor(part)).padStart(2, '0')
        const zone = `${offset < 0 ? '-' : '+'}${of(Math.abs(offset) / 60)}:${of(Math.abs(offset) % 60)}`
        expect(time(local + zone)).toBe(at.toISOString())
      }),
    )
  })
})
