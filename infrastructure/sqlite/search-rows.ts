import type { SearchEntry } from '../../application/ports/search-index.ts'
import type { ProfileId } from '../../domain/ids.ts'
import { positionOf } from '../text/sortable-position.ts'
import { DamagedRow, storedCount, storedPosition, storedText } from './damaged-row.ts'

export interface SearchRow {
  readonly number: number
  readonly position: string
  readonly stream: string
  readonly revision: number
  readonly time_ms: number
  readonly profile_id: string | null
  readonly terms: Buffer
}

/** @throws DamagedRow */
export const toSearchEntry = ({
  position,
  stream,
  revision,
  time_ms,
  profile_id,
  terms,
}: SearchRow): SearchEntry => ({
  position: storedPosition(positionOf(storedText(position, 'the position of an import'))),
  stream: storedText(stream, 'the name of a stream'),
  revision: storedCount(revision, 'the revision of an import'),
  time: storedCount(time_ms, 'the time of an import'),
  ...(profile_id !== null && { profileId: storedText(profile_id, 'the id of a profile') as ProfileId }),
  terms: fromBytes(terms),
})

const bytesPerTerm = 6

export const toBytes = (terms: ReadonlyArray<number>): Buffer => {
  const bytes = Buffer.allocUnsafe(bytesPerTerm * terms.length)
  for (const [i, term] of terms.entries()) bytes.writeUIntBE(term, bytesPerTerm * i, bytesPerTerm)
  return bytes
}

const fromBytes = (bytes: unknown): ReadonlyArray<number> => {
  if (!Buffer.isBuffer(bytes) || bytes.length % bytesPerTerm !== 0)
    throw new DamagedRow('the terms of an import are damaged')
  return Array.from({ length: bytes.length / bytesPerTerm }, (_, i) =>
    bytes.readUIntBE(bytesPerTerm * i, bytesPerTerm),
  )
}
