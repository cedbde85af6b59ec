import type { SearchEntry } from '../../application/ports/search-index.ts'
import { positionOf, sortablePosition } from '../text/sortable-position.ts'
import type { DocumentKind, StoredDocument } from './document-kind.ts'
import { decodeAs, encodeNumber } from './stored-json.ts'

export interface StoredSearchEntry extends StoredDocument {
  /** The position, in sortable form. */
  readonly _id: string
  readonly stream: string
  readonly taken_at: Date
  readonly profile_id?: string
  readonly terms: ReadonlyArray<number>
}

/** Newest first. A later entry may have an earlier time, where a clock was set back. */
export const newestFirst = { taken_at: -1, _id: -1 } as const

export const searchDocuments: DocumentKind<never, SearchEntry, StoredSearchEntry> = {
  indexes: [
    // Read backwards.
    { name: 'by_term', key: { terms: 1, taken_at: 1, _id: 1 } },
    { name: 'by_time', key: { taken_at: 1, _id: 1 } },
  ],
  scanOrder: { _id: 1 },
  toStored: ({ position, stream, revision, time, profileId, terms }) => ({
    _id: sortablePosition(position),
    stream,
    revision: encodeNumber(revision),
    taken_at: new Date(time),
    ...(profileId === undefined ? {} : { profile_id: profileId }),
    terms,
  }),
  isNew: () => true,
  fromStored: ({ _id, stream, revision, taken_at, profile_id, terms }) => ({
    position: positionOf(_id),
    stream,
    revision: decodeAs(revision),
    time: taken_at.getTime(),
    ...(profile_id === undefined ? {} : { profileId: decodeAs(profile_id) }),
    terms,
  }),
  having: (positions) => ({ _id: { $in: [...positions] } }),
}
