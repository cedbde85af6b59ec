import type { AppendResult, StreamAppend } from '../ports/event-store.ts'
import type { Position } from '../ports/position.ts'
import type { StoreTrouble } from '../ports/store-trouble.ts'
import { appendRounds } from './append-rounds.ts'
import type { DecidedBatch } from './decide-batch.ts'
import type { Retrying } from './retrying.ts'
import type { SessionPorts } from './session-ports.ts'
import { requireAnswers, WrongAnswer } from './wrong-answer.ts'

type AppendPorts = Pick<SessionPorts, 'eventStore' | 'observer'>
type SettledAppend = Exclude<AppendResult, { tag: 'Unknown' }>

/**
 * Appends what was decided, and returns the position of the last event of each stream. Undefined after a conflict:
 * another process has written to a stream, and what was not appended by then is not written.
 * @throws WrongAnswer
 */
export const appendDecided = async (
  streams: DecidedBatch['streams'],
  { eventStore, observer }: AppendPorts,
  retrying: Retrying,
): Promise<ReadonlyMap<string, Position> | undefined> => {
  const positions = new Map<string, Position>()
  for (const appends of appendRounds(streams, eventStore.limits?.maxAppendBytes)) {
    const settled = new Map<string, SettledAppend>()
    await retrying(() => settle(appends, settled, { eventStore, observer }))
    for (const [stream, result] of settled) {
      if (result.tag === 'Conflict') {
        observer.conflicted(stream)
        return undefined
      }
      positions.set(stream, result.position)
    }
  }
  return positions
}

/**
 * Appends what is not settled. An append can be repeated whatever happened to it: it has the same revision and ids, so
 * it is written at most once, even if an earlier try is applied late.
 * @throws StoreTrouble if an outcome is unknown, after the others are settled; WrongAnswer
 */
const settle = async (
  appends: ReadonlyArray<StreamAppend>,
  settled: Map<string, SettledAppend>,
  { eventStore, observer }: AppendPorts,
): Promise<void> => {
  const open = appends.filter(({ stream }) => !settled.has(stream))
  const results = await eventStore.append(open)
  requireAnswers('an append', open.length, results.length)
  let trouble: StoreTrouble | undefined
  for (const [index, { stream }] of open.entries()) {
    const result = results[index]
    if (result?.stream !== stream) throw new WrongAnswer('an append', 'in another order')
    if (result.tag === 'Unknown') trouble = result.cause
    else settled.set(stream, result)
  }
  if (trouble === undefined) return
  observer.appendUnknown()
  throw trouble
}
