import type { Collection } from 'mongodb'
import type { Connection } from './connection.ts'
import type { AnyDocument } from './document-kind.ts'

/** Documents requested at a time; a server sends fewer if they exceed 16 MiB. */
const scanned = { batchSize: 1000 }
/** Documents decoded at a time: more would outlive the young generation of the garbage collector. */
const decodedTogether = 100

/** A whole collection in the order of an index, in batches. */
export async function* scanCollection<Stored extends object>(
  connection: Connection,
  collection: Collection<AnyDocument>,
  order: Readonly<Record<string, 1>>,
  signal: AbortSignal,
): AsyncGenerator<ReadonlyArray<Stored>> {
  const cursor = collection.find<Stored>({}, { ...scanned, sort: order })
  try {
    while (!signal.aborted && (await connection.askPatiently(() => cursor.hasNext())))
      while (cursor.bufferedCount() > 0) yield cursor.readBufferedDocuments(decodedTogether)
  } finally {
    // Nobody waits for it: the server also forgets an idle cursor by itself.
    void connection.ask(() => cursor.close()).catch(() => {})
  }
}
