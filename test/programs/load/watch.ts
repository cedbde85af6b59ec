import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf, type Service } from '../../../bench/serve.ts'
import type { Replies } from './replies.ts'

export interface Phase {
  readonly name: string
  readonly seconds: number
  /** Messages answered per second. */
  readonly rate: number
  /** Delay of the event loop, in milliseconds. */
  readonly loopDelayP99: number | null
  readonly loopDelayMax: number | null
  /** Peak memory in megabytes, without mapped files. */
  readonly anonymous: number
}

export interface Watch {
  readonly phases: ReadonlyArray<Phase>
  /** Memory in megabytes without mapped files, twice a second from the first phase on. */
  readonly anonymous: ReadonlyArray<number>
  /** For this many seconds, or until everything is answered. */
  observe(name: string, seconds: number): Promise<Phase>
}

/** Milliseconds between two samples. */
const interval = 500

/** Watches the service working on this many messages. */
export const watchService = (service: Service, replies: Replies, messages: number): Watch => {
  const phases: Array<Phase> = []
  const anonymous: Array<number> = []
  return {
    phases,
    anonymous,
    observe: async (name, seconds) => {
      const started = performance.now()
      const [answered, samples] = [replies.answered(), anonymous.length]
      // A query resets earlier values.
      await service.loopDelay()
      const elapsed = () => (performance.now() - started) / 1000
      while (elapsed() < seconds && replies.answered() < messages) {
        await sleep(interval)
        const memory = await memoryOf(service.pid, 'RssAnon')
        if (memory === null) throw new Error('the service has ended, or this is not Linux')
        anonymous.push(memory)
      }
      const took = elapsed()
      const rate = (replies.answered() - answered) / took
      const { p99, max } = await service.loopDelay()
      const peak = Math.max(...anonymous.slice(samples))
      const phase = { name, seconds: took, rate, loopDelayP99: p99, loopDelayMax: max, anonymous: peak }
      phases.push(phase)
      return phase
    },
  }
}
