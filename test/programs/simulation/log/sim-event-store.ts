import type { AppendResult, EventStore, StreamAppend } from '../../../../application/ports/event-store.ts'
import type { Position } from '../../../../application/ports/position.ts'
import { SimulatedFault } from '../world/faults.ts'
import type { SimProcess } from '../world/process.ts'
import type { Random } from '../world/random.ts'
import type { EventLog } from './event-log.ts'

/** Milliseconds after which an append without an answer is given up. */
const appendTimeLimit = 1000
/** Milliseconds that an append may still be under way after that. */
const longestDelay = 4000
const mostEventsRead = 20

const unanswered = (stream: string): AppendResult => ({
  tag: 'Unknown',
  stream,
  cause: new SimulatedFault('the append has no answer'),
})

/** The event store as seen by one process. */
export const simEventStore = (log: EventLog, process: SimProcess, random: Random): EventStore => {
  const { world, faults, name } = process

  const append = (one: StreamAppend): Promise<AppendResult> =>
    new Promise((resolve) => {
      const fate = faults.append()
      log.tried(one, name)
      const unknown = unanswered(one.stream)
      const answer = (ms: number, result: AppendResult) => {
        const about = () => `append ${one.stream}@${one.expectedRevision} +${one.events.length}`
        process.say(() => `${about()}: ${result.tag}${fate === 'answered' ? '' : ` (${fate})`}`)
        world.after(ms, () => process.resume(() => resolve(result)))
      }
      world.after(faults.latency(), () => {
        if (log.isAway()) return answer(appendTimeLimit, unknown)
        switch (fate) {
          case 'answered':
            return answer(faults.latency(), log.append(one, name))
          case 'lost':
            log.append(one, name)
            return answer(random.between(0, appendTimeLimit), unknown)
          case 'never':
            return answer(random.between(0, appendTimeLimit), unknown)
          case 'late':
            world.after(random.between(0, appendTimeLimit + longestDelay), () => {
              world.say(name, () => `the late append to ${one.stream}@${one.expectedRevision} arrives`)
              log.append(one, name)
            })
            return answer(random.between(0, appendTimeLimit), unknown)
        }
      })
    })

  const appendedAfter = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      if (signal.aborted) return resolve()
      signal.addEventListener('abort', wake)
      log.follow(() => world.after(faults.latency(), () => process.resume(wake)))
    })

  async function* follow(after: Position, signal: AbortSignal, atEnd: 'stop' | 'wait', gathering = 0) {
    let at = after
    while (!signal.aborted) {
      const limit = random.integer(1, mostEventsRead)
      const batch = await process.call(log, 'read', () => log.after(at, limit))
      const last = batch.at(-1)
      if (last !== undefined) {
        at = last.position
        yield batch
        if (batch.length < limit) await process.clock.sleep(gathering, signal)
      } else if (atEnd === 'stop') return
      // Something may have arrived while the answer was on its way.
      else if (log.end() === at) await appendedAfter(signal)
    }
  }

  return {
    append: (appends) => Promise.all(appends.map(append)),
    readStream: (stream, from, limit) =>
      process.call(log, 'read stream', () => log.stream(stream).slice(from, from + limit)),
    // Two or three events, so that batches are often cut.
    limits: { maxEventBytes: 100_000, maxAppendBytes: 3000 },
    read: (after, signal) => follow(after, signal, 'stop'),
    subscribe: (after, signal, gathering) => follow(after, signal, 'wait', gathering),
    firstAfter: (position) => process.call(log, 'read', () => log.after(position, 1)[0]),
    end: () => process.call(log, 'end', () => log.end()),
    readCheckpoint: (checkpoint) =>
      process.call(log, 'read checkpoint', () => log.checkpoints.get(checkpoint)),
    writeCheckpoint: (checkpoint, expected, position) =>
      process.call(log, 'write checkpoint', () => log.moveCheckpoint(checkpoint, expected, position)),
    readIdentity: () => process.call(log, 'read identity', () => log.identity),
    writeIdentity: (expected, identity) =>
      process.call(log, 'write identity', () => log.changeIdentity(expected, identity)),
    readSecret: (secret) => process.call(log, 'read secret', () => log.secrets.get(secret)),
    writeSecret: (secret, expected, value) =>
      process.call(log, 'write secret', () => log.changeSecret(secret, expected, value)),
  }
}
