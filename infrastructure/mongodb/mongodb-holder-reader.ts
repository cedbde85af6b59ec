import type { Document } from 'mongodb'
import type { Database } from '../../domain/ids.ts'
import type { HavingRequest, HolderReader, PageRequest } from '../key-holders/holder-reader.ts'
import type { Connection } from './connection.ts'
import { encodeNumber, encodeText } from './stored-json.ts'

/** Commands at a time. */
const together = 4

/** The `created_revision` of all documents found, in one document. */
const inOne: ReadonlyArray<Document> = [
  { $sort: { created_revision: 1 } },
  { $group: { _id: null, holders: { $push: '$created_revision' } } },
]

/**
 * With one command for each request: none takes long, and each can name its index. Pages are read from the index alone,
 * a microsecond for each holder, since it knows that only `keys` is a list.
 */
export const createHolderReader = (
  connection: Connection,
  collection: string,
  { account_id, db_id }: Database,
): HolderReader => {
  const inDatabase = { account_id: encodeNumber(account_id), db_id: encodeNumber(db_id) }

  const read = async (hint: string, pipeline: ReadonlyArray<Document>): Promise<ReadonlyArray<number>> => {
    const [answer] = await connection.ask((limits) =>
      connection.db
        .collection(collection)
        .aggregate<{ readonly holders: ReadonlyArray<number> }>([...pipeline], { ...limits, hint })
        .toArray(),
    )
    return answer?.holders ?? []
  }

  const page = ({ key, from, limit }: PageRequest) =>
    read('by_key', [
      { $match: { keys: { $eq: encodeText(key) }, ...inDatabase, created_revision: { $gte: from } } },
      { $sort: { created_revision: 1 } },
      { $limit: limit },
      ...inOne,
    ])

  const having = ({ keys, among }: HavingRequest) =>
    read('by_creation', [
      { $match: { ...inDatabase, created_revision: { $in: among }, keys: { $all: keys.map(encodeText) } } },
      ...inOne,
    ])

  return {
    pages: (requests) => answersTo(requests, page),
    having: (requests) => answersTo(requests, having),
  }
}

/** A few are asked at a time. */
const answersTo = async <Request, Answer>(
  requests: ReadonlyArray<Request>,
  answer: (request: Request) => Promise<Answer>,
): Promise<ReadonlyArray<Answer>> => {
  const answers: Array<Answer> = []
  for (let i = 0; i < requests.length; i += together)
    answers.push(...(await Promise.all(requests.slice(i, i + together).map(answer))))
  return answers
}
