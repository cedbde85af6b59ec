import { InvalidArgumentError } from 'commander'
import { isPosition, type Position } from '../../application/ports/position.ts'
import { isDate } from '../../domain/fields/date.ts'
import { type ImportId, importIdCodec, type ProfileId, profileIdCodec } from '../../domain/ids.ts'

export const wholeNumber = (text: string): number => {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('Must be a whole number.')
  return number
}

/** A position in an epoch of the log; the present one if undefined. */
export interface LogPlace {
  readonly epoch: number | undefined
  readonly position: Position
}

export const logPlace = (text: string): LogPlace => {
  const [, epoch, position = ''] = /^(?:(\d+):)?(.*)$/.exec(text) ?? []
  if (!isPosition(position))
    throw new InvalidArgumentError('Must be POSITION or EPOCH:POSITION as printed by `events`.')
  return { epoch: epoch === undefined ? undefined : wholeNumber(epoch), position }
}

export const importId = (text: string): ImportId => {
  const id = text.toLowerCase()
  if (!importIdCodec.is(id)) throw new InvalidArgumentError('Must be an import id (a UUID).')
  return id
}

export const profileId = (text: string): ProfileId => {
  const id = text.toLowerCase()
  if (!profileIdCodec.is(id)) throw new InvalidArgumentError('Must be a profile id (24 hex digits).')
  return id
}

/** A date (midnight UTC), or an RFC 3339 time with any offset. Returned in UTC, in whole milliseconds. */
export const time = (text: string): string => {
  if (!isDate(text))
    throw new InvalidArgumentError(
      'Must be a date (midnight UTC) or a time with a zone: 2026-01-31, 2026-01-31T12:00:00Z, ' +
        '2026-01-31T12:00:00+01:00.',
    )
  return new Date(millisecondsOf(text)).toISOString()
}

/** A day in UTC, such as 2026-01-31. */
export const day = (text: string): string => {
  if (text.length !== 10 || !isDate(text))
    throw new InvalidArgumentError('Must be a day, such as 2026-01-31.')
  return text
}

/**
 * `Date.parse` does not know leap seconds, so one counts as the first second of the next minute. It also truncates
 * fractions beyond milliseconds, so they are rounded up.
 */
const millisecondsOf = (text: string): number => {
  const [, minute, seconds = '', fraction = '', zone] =
    /^(.+):(\d\d)(?:\.(\d+))?(Z|[+-].+)$/i.exec(text.length === 10 ? `${text}T00:00:00Z` : text) ?? []
  const nanoseconds = Number(seconds + fraction.padEnd(9, '0'))
  return Date.parse(`${minute}${zone}`.replace(' ', 'T').toUpperCase()) + Math.ceil(nanoseconds / 1e6)
}

/** Refuses an option that is repeated, of which the last value would count. */
export const once =
  <Value>(parse: (text: string) => Value) =>
  (text: string, earlier: Value | undefined): Value => {
    if (earlier !== undefined) throw new InvalidArgumentError('Must be given once.')
    return parse(text)
  }

export const asGiven = (text: string): string => text

export const oneOf =
  <Name extends string>(names: ReadonlyArray<Name>) =>
  (text: string): Name => {
    const found = names.find((name) => name === text)
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.`)
    return found
  }
