/**
 * A row differs from what this program has written. The error does not contain its text, which may be personal data.
 */
export class DamagedRow extends Error {}

export const gap = 'a revision of a stream is missing'

/** @throws DamagedRow */
export const parseStored = (text: string) => {
  try {
    return JSON.parse(text)
  } catch {
    throw new DamagedRow('a row is not JSON')
  }
}
