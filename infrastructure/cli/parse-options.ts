import { InvalidArgumentError } from 'commander'
import { isPosition, type Position } from '../../application/ports/position.ts'
import { type ImportId, importIdCodec } from '../../domain/ids.ts'

export const wholeNumber = (text: string): number => {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('Must be a whole number.')
  return number
}

export const position = (text: string): Position => {
  if (!isPosition(text)) throw new InvalidArgumentError('Must be a position, as `events` prints it.')
  return text
}

export const importId = (text: string): ImportId => {
  const id = text.toLowerCase()
  if (!importIdCodec.is(id)) throw new InvalidArgumentError('Must be an import id (a UUID).')
  return id
}

/** RFC 3339, in any offset, as UTC. */
export const time = (text: string): string => {
  const milliseconds = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(milliseconds))
    throw new InvalidArgumentError('Must be a time such as 2026-01-31T12:00:00Z.')
  return new Date(milliseconds).toISOString()
}
