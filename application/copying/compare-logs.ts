import { beginning, type Position } from '../ports/position.ts'
import type { RawLogEvent, RawSource, RawTarget } from '../ports/raw-log.ts'

/** Up to this point, both logs hold the same events in the same order. */
export interface Compared {
  readonly source: Position
  readonly target: Position
  readonly events: number
}

export const nothingCompared: Compared = { source: beginning, target: beginning, events: 0 }

/** The target holds something that is not a copy of this log. Nothing there is overwritten. */
export class NotACopy extends Error {
  constructor({ stream, revision, position }: RawLogEvent, problem: string) {
    super(
      `the target holds another log, or has newer imports: its event ${revision} of ${stream}, at ${position}, ` +
        `${problem}. Nothing there was overwritten`,
    )
  }
}

/**
 * Compares the content of the target with the beginning of the source, event by event. `complete` if the source has no
 * more.
 * @throws NotACopy, and what the stores throw
 */
export const compareLogs = async (
  source: RawSource,
  target: RawTarget,
  from: Compared,
  signal: AbortSignal,
  onCompared: (events: number) => void,
): Promise<{ readonly compared: Compared; readonly complete: boolean }> => {
  const originals = eachOf(source.read(from.source, signal))
  let compared = from
  try {
    for await (const batch of target.read(from.target, signal)) {
      for (const copy of batch) {
        const original = await originals.next()
        signal.throwIfAborted()
        if (original.done) throw new NotACopy(copy, 'comes after the last event of the source log')
        const difference = differenceOf(original.value, copy)
        if (difference !== undefined) throw new NotACopy(copy, `differs from the source in its ${difference}`)
        compared = {
          source: original.value.position,
          target: copy.position,
          events: compared.events + 1,
        }
      }
      onCompared(compared.events)
    }
    const rest = await originals.next()
    // If aborted, the reads end as if at the end of the logs.
    signal.throwIfAborted()
    return { compared, complete: rest.done === true }
  } finally {
    await originals.return()
  }
}

async function* eachOf<A>(batches: AsyncIterable<ReadonlyArray<A>>): AsyncGenerator<A, void, void> {
  for await (const batch of batches) yield* batch
}

const differenceOf = (original: RawLogEvent, copy: RawLogEvent): string | undefined => {
  if (copy.stream !== original.stream || copy.revision !== original.revision) return 'place'
  if (copy.eventId !== original.eventId) return 'id'
  if (copy.type !== original.type) return 'type'
  if (!sameBody(original.data, copy.data)) return 'data'
  return sameBody(original.metadata, copy.metadata) ? undefined : 'metadata'
}

/** Equal as text or as JSON: a store need not keep the spacing. */
const sameBody = (one: string, other: string): boolean =>
  one === other || withoutSpacing(one) === withoutSpacing(other)

const withoutSpacing = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}
