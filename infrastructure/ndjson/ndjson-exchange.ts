import type { Writable } from 'node:stream'
import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import type { Delivery, ImportSession, ImportSource } from '../../application/ports/import-source.ts'
import type { Position } from '../../application/ports/position.ts'
import type { ReplySink } from '../../application/ports/reply-sink.ts'
import { createLineFeed } from './line-feed.ts'
import { mayAnswer } from './may-answer.ts'
import type { NdjsonLine } from './read-ndjson-lines.ts'
import { createReplyPrinter } from './reply-printer.ts'

/** Lines are taken ahead of their printed replies up to about this many, so that a blocked output stops the input. */
const maxUnanswered = 10_000

export interface NdjsonProgress {
  /** Replies printed by this process. */
  readonly messages: number
  /** How many of them say that the message was refused. */
  readonly refused: number
  /** Bytes of the input that were taken. */
  readonly bytes: number
}

export interface NdjsonExchangeOptions {
  /** As from `readNdjsonLines`. Whoever opened the input closes it. */
  readonly lines: AsyncIterator<ReadonlyArray<NdjsonLine>>
  readonly output: Writable
  readonly run: string
  /**
   * All physical lines up to `line` are printed, and all replies up to `position` in the log. For a new run, 0 and the
   * current end.
   */
  readonly start: { readonly line: number; readonly position: Position }
  /** True for a resumed run: its lines may have been taken before. */
  readonly redelivered: boolean
  /** The most lines printed between one `saveProgress` and the next: this many may be printed again after a kill. */
  readonly maxRepeated: number
  readonly clock: Clock
  /** All replies up to `position` in the log, and therefore all lines up to `line`, are printed. */
  readonly saveProgress?: (line: number, position: Position) => Promise<void>
  readonly onProgress?: (progress: NdjsonProgress) => void
}

export interface NdjsonExchange {
  readonly source: ImportSource
  /** Whether an event may be one of these lines: its reply goes to the sink. */
  readonly mayAnswer: (recorded: RecordedEvent) => boolean
  readonly sink: ReplySink
  /** Resolves when the input has ended and every line has its printed reply. */
  readonly finished: Promise<void>
}

/**
 * NDJSON in, reply lines out: one line is one message, as bytes, and gets one reply line, in input order. `take`
 * rejects if the input cannot be read or has a line that is too long; `publish` rejects with `OutputClosedError` if the
 * output is closed. Neither can recover.
 */
export const createNdjsonExchange = (options: NdjsonExchangeOptions): NdjsonExchange => {
  const { lines, output, run, start, maxRepeated, redelivered, clock } = options
  const feed = createLineFeed(lines, start.line, clock)
  let messages = 0
  let refused = 0
  let bytes = 0
  let lastLine = start.line
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })

  const finishIfDone = () => {
    if (feed.ended() && printer.unanswered() === 0) finish()
  }
  const printer = createReplyPrinter({
    output,
    run,
    start,
    maxRepeated,
    saveProgress: options.saveProgress ?? (async () => {}),
    onPrinted: (replies) => {
      messages += replies.length
      refused += replies.filter(({ error }) => error !== 0).length
      options.onProgress?.({ messages, refused, bytes })
      finishIfDone()
    },
  })

  const deliver = (lines: ReadonlyArray<NdjsonLine>): ReadonlyMap<Delivery, NdjsonLine> => {
    const receivedAt = clock.now()
    return new Map(
      lines.map((line) => [
        {
          body: line.body,
          source: { kind: 'ndjson', run, line: line.line },
          properties: {},
          ...line.replay,
          redelivered: redelivered || line.line <= lastLine,
          receivedAt,
        },
        line,
      ]),
    )
  }

  const openSession = (): ImportSession => {
    const unacknowledged = new Map<Delivery, NdjsonLine>()
    let open = true
    return {
      take: async (limit, signal) => {
        if (!open) return undefined
        if ((await orAborted(printer.waitForAnswers(maxUnanswered), signal)) === aborted) return undefined
        const lines = await feed.take(limit, signal)
        const last = lines.at(-1)
        if (last === undefined) {
          finishIfDone()
          return undefined
        }
        const deliveries = deliver(lines)
        for (const [delivery, line] of deliveries) unacknowledged.set(delivery, line)
        printer.expect(lines.map(({ line }) => line).filter((line) => line > lastLine))
        lastLine = Math.max(lastLine, last.line)
        bytes = Math.max(bytes, last.end)
        return [...deliveries.keys()]
      },
      acknowledge: (deliveries) => {
        for (const delivery of deliveries) unacknowledged.delete(delivery)
      },
      confirmOwnership: async () => open,
      close: async () => {
        if (!open) return
        open = false
        feed.putBack([...unacknowledged.values()])
      },
    }
  }

  return {
    source: {
      open: async (signal) => (signal.aborted || feed.ended() ? undefined : openSession()),
    },
    mayAnswer: mayAnswer(run),
    sink: printer.sink,
    finished,
  }
}
