import type { Position } from '../../application/ports/position.ts'
import type { ImportId } from '../../domain/ids.ts'

/** Every line up to `line` is printed, and with them every reply up to `position` in the log. */
interface Settled {
  readonly line: number
  readonly position: Position
}

interface DueReplies<Reply> {
  /** In input order. */
  readonly replies: ReadonlyArray<Reply>
  /** Applies once they are printed; absent if there are none. */
  readonly settled?: Settled
}

/**
 * Puts replies, which arrive in log order, into input order. Within a batch the two differ, because each database has
 * its own append. A reply may also arrive before its line is taken (in a resumed run) or arrive again (after a restart
 * of the projection); each is due once.
 */
interface ReplyOrder<Reply> {
  /** A line was taken, after all earlier ones. */
  expect(line: number): void
  offer(line: number, reply: Reply, position: Position): void
  /** A reply that does not state its line, or states a wrong one; it may belong to another run. */
  offerByImport(importId: ImportId, reply: Reply): void
  /** At most this many; the others are due with the next call. */
  takeDue(limit: number): DueReplies<Reply>
}

/** @param start where an earlier process has settled; what it answered is not due again */
export const createReplyOrder = <Reply>(
  start: Settled,
  importIdOf: (line: number) => ImportId,
): ReplyOrder<Reply> => {
  const waiting = new Map<number, Reply>()
  const byImport = new Map<ImportId, Reply>()
  /** Before the first reply that waits by import: a resumed run must find it after the position. */
  let beforeByImport = start.position
  const expected = createQueue<number>()
  /** Of all waiting replies, and of due ones that were offered after a waiting one. */
  const inLogOrder = createQueue<Settled>()
  let { line: lastDue, position: settledPosition } = start

  /** The first in the log: an import comes before its repetitions. */
  const replyTo = (line: number): Reply | undefined =>
    (byImport.size > 0 ? byImport.get(importIdOf(line)) : undefined) ?? waiting.get(line)

  const forget = (line: number): void => {
    waiting.delete(line)
    if (byImport.size > 0) byImport.delete(importIdOf(line))
  }

  return {
    expect: (line) => expected.push(line),
    offer: (line, reply, position) => {
      if (line <= lastDue || waiting.has(line)) return
      waiting.set(line, reply)
      inLogOrder.push({ line, position })
    },
    offerByImport: (importId, reply) => {
      if (byImport.size === 0) beforeByImport = settledPosition
      byImport.set(importId, reply)
    },
    takeDue: (limit) => {
      const replies: Array<Reply> = []
      for (
        let line = expected.first();
        line !== undefined && replies.length < limit;
        line = expected.first()
      ) {
        const reply = replyTo(line)
        if (reply === undefined) break
        forget(line)
        expected.shift()
        replies.push(reply)
        lastDue = line
      }
      if (replies.length === 0) return { replies }
      // No further than the first waiting reply: a resumed run must find it after the position.
      for (
        let next = inLogOrder.first();
        next !== undefined && next.line <= lastDue;
        next = inLogOrder.first()
      ) {
        settledPosition = next.position
        inLogOrder.shift()
      }
      return {
        replies,
        settled: { line: lastDue, position: byImport.size > 0 ? beforeByImport : settledPosition },
      }
    },
  }
}

/** `Array.prototype.shift` moves all remaining elements: too slow for a long array. */
const createQueue = <T>() => {
  let items: Array<T> = []
  let head = 0
  return {
    push: (item: T): void => {
      items.push(item)
    },
    first: (): T | undefined => items[head],
    shift: (): void => {
      head += 1
      if (head * 2 <= items.length) return
      items = items.slice(head)
      head = 0
    },
  }
}
