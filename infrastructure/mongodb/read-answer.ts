import type { AbstractCursor } from 'mongodb'
import { Turns } from '../../application/turns.ts'
import { systemClock } from '../system/system-clock.ts'

/**
 * Reads all rows of an answer. If it exceeds one server reply (16 MiB), stops once `isEnough`. `isWhole`: whether these
 * are all.
 */
export const readAnswer = async <Row>(
  cursor: AbstractCursor<Row>,
  isEnough: (rows: ReadonlyArray<Row>) => boolean,
): Promise<{ readonly rows: ReadonlyArray<Row>; readonly isWhole: boolean }> => {
  const turns = new Turns(systemClock)
  const rows: Array<Row> = []
  try {
    while (await cursor.hasNext()) {
      while (cursor.bufferedCount() > 0) {
        rows.push(...cursor.readBufferedDocuments(1))
        const turn = turns.next()
        if (turn !== undefined) await turn
      }
      if (cursor.id?.isZero() === false && isEnough(rows)) return { rows, isWhole: false }
    }
    return { rows, isWhole: true }
  } finally {
    await cursor.close()
  }
}
