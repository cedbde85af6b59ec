/** A row is not what this program has written. Its text is kept out of the error: it may be anybody's data. */
export class DamagedRow extends Error {}

export const gap = 'a revision of a stream is missing'

/** @throws DamagedRow */
export const parseStored = (text: string) => {
  try {
    return JSON.parse(text)
  } catch {
    throw new DamagedRow('a row is no JSON')
  }
}
