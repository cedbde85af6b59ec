import type { AppendResult } from '../ports/event-store.ts'
import type { Position } from '../ports/position.ts'
import type { RawLogEvent, RawSource, RawTarget } from '../ports/raw-log.ts'

type Run = [RawLogEvent, ...Array<RawLogEvent>]

/** The result of the first append that did not succeed; undefined if all have. */
export type Stopped = Exclude<AppendResult, { readonly tag: 'Appended' }> | undefined

/**
 * Appends everything after a position of the source, one run after another, because the order of appends determines the
 * order of the log.
 */
export const appendRuns = async (
  source: RawSource,
  target: RawTarget,
  after: Position,
  signal: AbortSignal,
  onAppended: (events: number) => void,
): Promise<Stopped> => {
  for await (const run of runsOf(source.read(after, signal), target.limits.maxAppendBytes)) {
    signal.throwIfAborted()
    const result = await target.append(run)
    if (result.tag !== 'Appended') return result
    onAppended(run.length)
  }
  return undefined
}

/** Consecutive events of one stream, as many as fit in one append. */
async function* runsOf(
  batches: AsyncIterable<ReadonlyArray<RawLogEvent>>,
  maxBytes: number,
): AsyncGenerator<Run> {
  let run: Run | undefined
  let size = 0
  for await (const batch of batches) {
    for (const event of batch) {
      const bytes = Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata)
      if (run !== undefined && run[0].stream === event.stream && size + bytes <= maxBytes) {
        run.push(event)
        size += bytes
        continue
      }
      if (run !== undefined) yield run
      run = [event]
      size = bytes
    }
  }
  if (run !== undefined) yield run
}
