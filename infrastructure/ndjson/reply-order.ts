import type { Position } from '../../application/ports/position.ts'
import type { ImportId } from '../../domain/ids.ts'

/** Every line up to `line` is out, and with them every reply up to `position` in the log. */
interface Settled {
  readonly line: number
  readonly position: Position
}

interface DueReplies {
  /** In input order. */
  readonly replies: ReadonlyArray<string>
  /** Holds once they are printed; absent when there are none. */
  readonly settled?: Settled
}

/**
 * Brings replies, which come in log order, into input order. Within a batch the two differ: each database has its own
 * append. A reply may also come before its line is taken (a run that is resumed) or come again (a projection that
 * starts again); each is due once.
 */
interface ReplyOrder {
  /** A line was taken, a later one than all before. */
  expect(line: number): void
  offer(line: number, reply: string, position: Position): void
  /** A reply that does not say its line, or not truly: perhaps it is to one of another run. */
  offerByImport(importId: ImportId, reply: string): void
  /** At most so many; the others are due with the next call. */
  takeDue(limit: number): DueReplies
}

/** @param start where an earlier process has settled; what it answered is not due again */
export const createReplyOrder = (start: Settled, importIdOf: (line: number) => ImportId): ReplyOrder => {
  const waiting = new Map<number, string>()
  const byImport = new Map<ImportId, string>()
  /** Before the first of those that wait by import: whoever resumes must find it after the position. */
  let beforeByImport = start.position
  const expected = createQueue<number>()
  /** Of all that wait, and of those due that were offered after one that waits. */
  const inLogOrder = createQueue<Settled>()
  let { line: lastDue, position: settledPosition } = start

  /** The first that the log gives: an import is before its repetitions. */
  const replyTo = (line: number): string | undefined =>
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
      const replies: Array<string> = []
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
      // No further than the first reply that waits: whoever resumes must find it after the position.
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

/** An array's own `shift` moves all that are left: too slow for a long one. */
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
