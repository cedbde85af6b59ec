import type { ImportSource } from '../../../../application/ports/import-source.ts'
import type { SimProcess } from '../world/process.ts'
import type { Broker } from './broker.ts'
import { Channel } from './channel.ts'
import { SimSession } from './sim-session.ts'

/** Milliseconds, like the real source. */
const standBy = 500

export interface SimSourceOptions {
  readonly broker: Broker
  readonly queue: string
  readonly prefetch: number
  readonly process: SimProcess
  /** A session begins. */
  readonly onOpened: (channel: Channel) => void
}

/** The import queue as seen by one process. */
export const simSource = ({ broker, queue, prefetch, process, onOpened }: SimSourceOptions): ImportSource => {
  const consume = (session: SimSession): Channel | undefined => {
    const simQueue = broker.queue(queue)
    if (simQueue.consumer !== undefined || process.isDead) return undefined
    const channel = new Channel(broker, simQueue, process, prefetch, session)
    simQueue.consumer = channel
    return channel
  }
  return {
    open: async (signal) => {
      while (!signal.aborted) {
        const session = new SimSession(queue, process)
        try {
          const channel = await process.call(broker, 'consume', () => {
            const opened = consume(session)
            if (opened !== undefined) session.begin(opened)
            return opened
          })
          if (channel !== undefined) {
            process.say(() => `consumes ${queue}`)
            onOpened(channel)
            return session
          }
        } catch {
          // The answer may be lost although the consumer exists: then nobody would ever take from it.
          session.abandon()
        }
        await process.clock.sleep(standBy, signal)
      }
      return undefined
    },
  }
}
