import type { Position } from '../../application/ports/position.ts'

/** Everything up to `line` is out, and so is every reply up to `position` in the log. */
interface Settled {
  readonly line: number
  readonly position: Position
}

interface DueReplies {
  /** In input order. */
  readonly replies: ReadonlyArray<string>
  /** Holds once they are printed; absent when nothing new is settled. */
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
  takeDue(): DueReplies
}

/** @param startLine the last line that an earlier process answered */
export const createReplyOrder = (startLine: number): ReplyOrder => {
  const waiting = new Map<number, string>()
  let expected: Array<number> = []
  let next = 0
  let lastDue = startLine
  let lastPosition: Position | undefined
  let due: Array<string> = []
  let settled: Settled | undefined

  const advance = () => {
    const before = next
    for (let line = expected[next]; line !== undefined; line = expected[next]) {
      const reply = waiting.get(line)
      if (reply === undefined) break
      waiting.delete(line)
      due.push(reply)
      lastDue = line
      next += 1
    }
    // Replies are offered in log order: when none waits, all up to the last one's position are due.
    if (next > before && waiting.size === 0 && lastPosition !== undefined)
      settled = { line: lastDue, position: lastPosition }
  }

  return {
    expect: (line) => {
      expected.push(line)
      advance()
    },
    offer: (line, reply, position) => {
      if (line <= lastDue || waiting.has(line)) return
      waiting.set(line, reply)
      lastPosition = position
      advance()
    },
    takeDue: () => {
      const taken = { replies: due, ...(settled === undefined ? {} : { settled }) }
      expected = expected.slice(next)
      next = 0
      due = []
      settled = undefined
      return taken
    },
  }
}
