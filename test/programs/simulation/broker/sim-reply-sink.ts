import type { Reply, ReplySink } from '../../../../application/ports/reply-sink.ts'
import { SimulatedFault } from '../world/faults.ts'
import type { SimProcess } from '../world/process.ts'
import type { Broker } from './broker.ts'

/** Milliseconds. */
const retryDelay = 100

/** The result queue as seen by one process. */
export const simReplySink = (broker: Broker, process: SimProcess): ReplySink => {
  const send = async (replies: ReadonlyArray<Reply>): Promise<void> => {
    for (const reply of replies) {
      if (process.faults.cutsShort()) throw new SimulatedFault('the publishing was cut short')
      broker.replies.push(reply)
      await broker.moment(0.01)
    }
  }
  return {
    publish: async (replies, signal) => {
      for (;;) {
        signal.throwIfAborted()
        try {
          await process.call(broker, 'publish', () => send(replies))
          process.say(() => `has answered ${replies.map(({ position }) => position).join(' ')}`)
          return
        } catch {
          await process.clock.sleep(retryDelay, signal)
        }
      }
    },
  }
}
