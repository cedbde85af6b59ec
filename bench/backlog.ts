import type { BenchRun } from './bench-run.ts'
import { workload } from './messages.ts'
import { resultRate, withQueues } from './queues.ts'
import { memoryOf, type ServiceStores, withService } from './serve.ts'

export interface BacklogResult {
  /** Messages a second, from the first reply to the last. */
  readonly rate: number
  /** Megabytes at peak, mapped files included. */
  readonly rss: number | null
  /** Megabytes at peak, without mapped files, which the system takes back when it needs to. */
  readonly anonymous: number | null
  /** Milliseconds. */
  readonly loopDelayP99: number | null
}

/** The whole service works off a queue: half creations, half updates over the base, until the last reply is there. */
export const workOffBacklog = (
  run: BenchRun,
  backlog: number,
  makeStores: () => Promise<ServiceStores> = () => embeddedStores(run),
): Promise<BacklogResult> =>
  withQueues(run.brokerUrl, async (queues) => {
    const stores = await makeStores()
    run.progress(`serve: a backlog of ${backlog} messages`)
    await queues.fill(workload(backlog, run.sizes.base))
    return withService(run, queues, stores, async ({ pid, loopDelay }) => {
      let anonymous: number | null = null
      let polls = 0
      const rate = await resultRate(queues, backlog, {
        // Asking forgets what was before: the start.
        onFirst: () => void loopDelay(),
        onPoll: () => {
          if (polls++ % 10 !== 0) return
          void memoryOf(pid, 'RssAnon').then((now) => {
            anonymous = now === null ? anonymous : Math.max(now, anonymous ?? 0)
          })
        },
      })
      const { p99 } = await loopDelay()
      return { rate, rss: await memoryOf(pid, 'VmHWM'), anonymous, loopDelayP99: p99 }
    })
  })

const embeddedStores = async (run: BenchRun): Promise<ServiceStores> => ({
  dataFolder: await run.copyOfBase(run.sizes.base),
  servers: {},
})
