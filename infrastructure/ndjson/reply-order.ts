import type { Position } from '../../application/ports/position.ts'

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
  /** At most so many; the others are due with the next call. */
  takeDue(limit: number): DueReplies
}

/** @param start where an earlier process has settled; what it answered is not due again */
export const createReplyOrder = (start: Settled): ReplyOrder => {
  const waiting = new Map<number, string>()
  const expected = createQueue<number>()
  /** Of all that wait, and of those due that were offered after one that waits. */
  const inLogOrder = createQueue<Settled>()
  let { line: lastDue, position: settledPosition } = start

  return {
    expect: (line) => expected.push(line),
    offer: (line, reply, position) => {
      if (line <= lastDue || waiting.has(line)) return
      waiting.set(line, reply)
      inLogOrder.push({ line, position })
    },
    takeDue: (limit) => {
      const replies: Array<string> = []
      for (
        let line = expected.first();
        line !== undefined && replies.length < limit;
        line = expected.first()
      ) {
        const reply = waiting.get(line)
        if (reply === undefined) break
        waiting.delete(line)
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
      return { replies, settled: { line: lastDue, position: settledPosition } }
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
