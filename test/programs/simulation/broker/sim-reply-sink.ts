import type { Reply, ReplySink } from '../../../../application/ports/reply-sink.ts'
import { SimulatedFault } from '../world/faults.ts'
import type { SimProcess } from '../world/process.ts'
import type { Broker } from './broker.ts'

/** Milliseconds. */
const retryDelay = 100

/** The result queue as seen by one process. */
export const simReplySink = (broker: Broker, process: SimProcess): ReplySink => {
  const { faults, world } = process
  /** The broker takes its time for each reply, and confirms each by itself. */
  const send = async (replies: ReadonlyArray<Reply>, onSent: (count: number) => void): Promise<void> => {
    for (const [i, reply] of replies.entries()) {
      if (process.isDead || faults.cutsShort()) throw new SimulatedFault('the publishing was cut short')
      broker.replies.push(reply)
      world.after(faults.latency(), () => process.resume(() => onSent(i + 1)))
      await broker.moment(faults.latency())
    }
  }
  return {
    publish: async (replies, signal, onConfirmed) => {
      let sent = 0
      for (;;) {
        signal.throwIfAborted()
        try {
          await process.call(broker, 'publish', () =>
            send(replies, (count) => {
              sent = Math.max(sent, count)
              onConfirmed?.(sent)
            }),
          )
          process.say(() => `has answered ${replies.map(({ position }) => position).join(' ')}`)
          return
        } catch {
          await process.clock.sleep(retryDelay, signal)
        }
      }
    },
  }
}
