import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { NdjsonLine } from './read-ndjson-lines.ts'

/** How long a batch waits for lines that are still being written, so that a slow producer is answered at once. */
const lingerMs = 5
/** A batch of very long lines ends early, because all of it is in memory. */
const maxBatchBytes = 16 * 1024 * 1024

/** Batches of lines, read only on request. */
interface LineFeed {
  /**
   * Waits for the first line. None at the end of the input or if the signal aborts. Throws if the input cannot be read.
   */
  take(limit: number, signal: AbortSignal): Promise<ReadonlyArray<NdjsonLine>>
  /** Lines that were taken and must be taken again, in order, before all others. */
  putBack(lines: ReadonlyArray<NdjsonLine>): void
  /** True if there is no more to take. */
  ended(): boolean
}

/** @param startLine lines up to this one are skipped */
export const createLineFeed = (
  input: AsyncIterator<ReadonlyArray<NdjsonLine>>,
  startLine: number,
  clock: Clock,
): LineFeed => {
  let queue: Array<NdjsonLine> = []
  let atEnd = false
  let failure: unknown
  let reading: Promise<void> | undefined

  const read = async () => {
    try {
      const next = await input.next()
      if (next.done) atEnd = true
      else queue = [...queue, ...next.value.filter(({ line }) => line > startLine)]
    } catch (error) {
      failure = error
      atEnd = true
    } finally {
      reading = undefined
    }
  }
  // A read that is not finished in time is kept for the next call.
  const readMore = (): Promise<void> => {
    reading ??= read()
    return reading
  }

  /** How many of the queued lines form a batch: `limit`, or all that may be held if it is full. */
  const batchOf = (limit: number): { readonly lines: number; readonly full: boolean } => {
    let bytes = 0
    for (const [index, { body }] of queue.entries()) {
      if (index === limit || bytes >= maxBatchBytes) return { lines: index, full: true }
      bytes += body.length
    }
    return { lines: queue.length, full: queue.length >= limit || bytes >= maxBatchBytes }
  }

  const fillQueue = async (limit: number, signal: AbortSignal) => {
    while (queue.length === 0 && !atEnd) {
      if ((await orAborted(readMore(), signal)) === aborted) return
    }
    if (atEnd || batchOf(limit).full) return
    const enough = new AbortController()
    const linger = clock.sleep(lingerMs, enough.signal).then(() => enough.abort())
    while (!atEnd && !batchOf(limit).full) {
      if ((await orAborted(readMore(), enough.signal)) === aborted) break
    }
    enough.abort()
    await linger
  }

  return {
    take: async (limit, signal) => {
      await fillQueue(limit, signal)
      if (signal.aborted) return []
      if (queue.length === 0 && failure !== undefined) throw failure
      return queue.splice(0, batchOf(limit).lines)
    },
    putBack: (lines) => {
      queue = [...lines, ...queue]
    },
    ended: () => atEnd && queue.length === 0 && failure === undefined,
  }
}
