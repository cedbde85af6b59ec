import type { Document } from 'mongodb'
import type { AuditIndex, ImportQuery, ImportRecord } from '../../application/ports/audit-index.ts'
import { beginning } from '../../application/ports/position.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { Connection } from './connection.ts'
import { importDocuments, type StoredImport } from './import-documents.ts'
import { openLiveReader } from './live-reader.ts'
import { encodeText } from './stored-json.ts'

const pageLimit = 512

export const createAuditIndex = (connection: Connection): AuditIndex => {
  const reader = openLiveReader(connection, 'imports')

  const ask = (streams: ReadonlyArray<string>, pipeline: ReadonlyArray<Document>) =>
    reader.ask<StoredImport>(streams, (collection) => ({ collection, pipeline }))

  const pageAfter = async (query: ImportQuery, order: string): Promise<ReadonlyArray<StoredImport>> => {
    const answer = await ask(
      [],
      [
        { $match: { ...filterOf(query), order: { $gt: order } } },
        { $sort: { order: 1 } },
        { $limit: pageLimit },
      ],
    )
    return inOrder(answer?.rows ?? [])
  }

  /** In pages, not with one cursor: a server forgets an idle cursor, and its collection may be dropped. */
  async function* find(query: ImportQuery) {
    let page = await pageAfter(query, '')
    while (page.length > 0) {
      yield* page.map(importDocuments.fromStored)
      page = await pageAfter(query, page.at(-1)?.order ?? '')
    }
  }

  return {
    lookup: async (importIds, streams) => {
      const answer = await ask(streams, [{ $match: { _id: { $in: importIds } } }])
      const records = new Map<ImportId, ImportRecord>()
      for (const row of answer?.rows ?? []) {
        const record = importDocuments.fromStored(row)
        records.set(record.importId, record)
      }
      return {
        checkpoint: answer?.live.checkpoint ?? beginning,
        records,
        revisions: answer?.live.revisions ?? streams.map(() => -1),
      }
    },
    recent: async (queue, limit) => {
      const answer = await ask(
        [],
        [{ $match: { 'source.queue': encodeText(queue) } }, { $sort: { order: -1 } }, { $limit: limit }],
      )
      return inOrder(answer?.rows ?? [])
        .map(importDocuments.fromStored)
        .reverse()
    },
    countUnreadable: async () => {
      const answer = await reader.ask<{ readonly unreadable: number }>([], (collection) => ({
        collection,
        pipeline: [{ $match: filterOf({ by: 'unreadable' }) }, { $count: 'unreadable' }],
      }))
      return answer?.rows[0]?.unreadable ?? 0
    },
    find,
    checkpoint: async () => (await reader.readLive([]))?.checkpoint ?? beginning,
  }
}

/** The stage that adds the witness does not guarantee the order of rows. */
const inOrder = (rows: ReadonlyArray<StoredImport>): Array<StoredImport> =>
  [...rows].sort((a, b) => (a.order < b.order ? -1 : 1))

/** Every value is compared literally: a query operator would have to be a member of an object, and values are text. */
const filterOf = (query: ImportQuery): Document => {
  switch (query.by) {
    case 'import':
      return { $or: [{ _id: query.importId }, { repeats: query.importId }, { replay_of: query.importId }] }
    case 'feedback':
      return { feedback_id: { $eq: encodeText(query.feedbackId) } }
    case 'profile':
      return { 'outcome.profile_id': query.profileId }
    case 'unreadable':
      return { unreadable: { $exists: true } }
    case 'code':
      return {
        code: query.code,
        ...(query.since === undefined ? {} : { taken_at: { $gte: new Date(query.since) } }),
      }
  }
}
