import type { Writable } from 'node:stream'
import { importIdOfLine, isIdOfSource } from '../../application/import-id.ts'
import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Position } from '../../application/ports/position.ts'
import type { Reply, ReplyBody, ReplySink } from '../../application/ports/reply-sink.ts'
import { safeJson } from '../text/safe-json.ts'
import { createWriter } from './output-writer.ts'
import { createReplyOrder } from './reply-order.ts'

interface ReplyPrinterOptions {
  readonly output: Writable
  readonly run: string
  /** Everything up to here was printed by an earlier process. */
  readonly start: { readonly line: number; readonly position: Position }
  /** This many lines are printed, and their progress saved, at a time: a killed process repeats no more. */
  readonly maxRepeated: number
  /** Called after the replies up to here are printed, one call at a time. */
  readonly saveProgress: (line: number, position: Position) => Promise<void>
  /** `replies`: what was just printed. */
  readonly onPrinted: (replies: ReadonlyArray<ReplyBody>) => void
}

interface ReplyPrinter {
  readonly sink: ReplySink
  /** Lines that are taken for the first time, in order. Their replies may already be there. */
  expect(lines: ReadonlyArray<number>): void
  /** Expected lines whose reply is not printed yet. */
  unanswered(): number
  /** Resolves when fewer lines than this are unanswered; rejects if printing fails. One call at a time. */
  waitForAnswers(fewer: number): Promise<void>
}

/** The line that a reply answers; undefined if it names no line, or one that does not match the import. */
const lineOf = (run: string, { source, outcomeOf }: Reply): number | undefined =>
  source?.kind === 'ndjson' && source.run === run && importIdOfLine(run, source.line) === outcomeOf
    ? source.line
    : undefined

/** One reply line for each line of the run, in input order. */
export const createReplyPrinter = (options: ReplyPrinterOptions): ReplyPrinter => {
  const { output, run, start, maxRepeated, saveProgress, onPrinted } = options
  const order = createReplyOrder<ReplyBody>(start, (line) => importIdOfLine(run, line))
  const write = createWriter(output)
  let expected = 0
  let printed = 0

  const printDue = async () => {
    for (;;) {
      const { replies, settled } = order.takeDue(maxRepeated)
      if (settled === undefined) return
      await write(`${replies.map(safeJson).join('\n')}\n`)
      printed += replies.length
      // After the replies are printed, never before: what is saved is not printed again.
      await saveProgress(settled.line, settled.position)
      onPrinted(replies)
    }
  }

  // One at a time. After a failure nothing more is printed, and every later call rejects with it.
  let printing: Promise<void> = Promise.resolve()
  let wake = () => {}
  const print = (): Promise<void> => {
    printing = printing.then(printDue)
    printing.then(wake, wake)
    return printing
  }

  return {
    sink: {
      publish: async (replies, signal) => {
        signal.throwIfAborted()
        for (const reply of replies) {
          const { importId, body, position } = reply
          const line = lineOf(run, reply)
          if (line !== undefined) order.offer(line, body, position)
          else if (isIdOfSource(importId)) order.offerByImport(importId, body)
        }
        // Does not wait for replies that are out of order: these are due only with a later call.
        if ((await orAborted(print(), signal)) === aborted) throw signal.reason
      },
    },
    expect: (lines) => {
      for (const line of lines) order.expect(line)
      expected += lines.length
      // A failure is reported to the next publish.
      print().catch(() => {})
    },
    unanswered: () => expected - printed,
    waitForAnswers: (fewer) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (expected - printed < fewer) return resolve()
          wake = check
          printing.catch(reject)
        }
        check()
      }),
  }
}
