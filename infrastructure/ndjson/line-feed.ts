import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { NdjsonLine } from './read-ndjson-lines.ts'

/** A batch waits this long for lines that are still being written, so that a slow producer is answered at once. */
const lingerMs = 5
/** A batch of very long lines ends early: they are in memory all at once. */
const maxBatchBytes = 16 * 1024 * 1024

/** Lines by the batch, read only as they are asked for. */
interface LineFeed {
  /** Waits for the first line; none at the end of the input or when the signal aborts. Throws when the input cannot be read. */
  take(limit: number, signal: AbortSignal): Promise<ReadonlyArray<NdjsonLine>>
  /** Lines that were taken and are to be taken again, in order, before all others. */
  putBack(lines: ReadonlyArray<NdjsonLine>): void
  /** True when there is no more to take. */
  ended(): boolean
}

/** @param startLine the lines up to this one are left out */
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
  // A read that outlasts the waiting is kept for the next one.
  const readMore = (): Promise<void> => {
    reading ??= read()
    return reading
  }

  /** How many of the queued lines make a batch; `limit`, or all that may be held, when it is full. */
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
