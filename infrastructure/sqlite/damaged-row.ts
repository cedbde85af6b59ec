import { type Position, positionCodec } from '../../application/ports/position.ts'

/**
 * A row differs from what this program has written. The error does not contain its text, which may be personal data.
 */
export class DamagedRow extends Error {}

export const gap = 'a revision of a stream is missing'

/** SQLite keeps a value of any type in a column of any type. Returns an object or a list. @throws DamagedRow */
export const parseStored = (text: unknown) => {
  const value = jsonIn(text)
  if (typeof value !== 'object' || value === null) throw new DamagedRow('a row is not JSON')
  return value
}

const jsonIn = (text: unknown) => {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A number that counts something: neither negative nor a fraction. `name`: with its article. @throws DamagedRow */
export const storedCount = (value: unknown, name: string): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new DamagedRow(`${name} is out of range`)
  return value
}

/** `name`: with its article. @throws DamagedRow */
export const storedText = (value: unknown, name: string): string => {
  if (typeof value !== 'string') throw new DamagedRow(`${name} is not text`)
  return value
}

/** A checkpoint, or the position of an event. @throws DamagedRow */
export const storedPosition = (value: unknown): Position => {
  if (!positionCodec.is(value)) throw new DamagedRow('a position is out of range')
  return value
}
