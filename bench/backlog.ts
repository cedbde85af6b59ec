import type { BenchRun } from './bench-run.ts'
import { type CpuSeconds, cpuOfProcess, startCpuMeters } from './cpu.ts'
import { workload } from './messages.ts'
import { resultRate, withQueues } from './queues.ts'
import { memoryOf, type ServiceStores, withService } from './serve.ts'

export interface BacklogResult {
  /** Messages per second, from the first reply to the last. */
  readonly rate: number
  readonly cpu: CpuSeconds
  /** Peak memory in megabytes, including mapped files. */
  readonly rss: number | null
  /** Peak memory in megabytes without mapped files, which the system can reclaim. */
  readonly anonymous: number | null
  /** Milliseconds. */
  readonly loopDelayP99: number | null
}

/** The whole service works off a queue (half creates, half updates over the base) until the last reply. */
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
      const cpu = await startCpuMeters({ ...run.cpuMeters, ourselves: cpuOfProcess(pid) })
      let anonymous: number | null = null
      let polls = 0
      const rate = await resultRate(queues, backlog, {
        // A query resets earlier values: those of the start.
        onFirst: () => void loopDelay(),
        onPoll: () => {
          if (polls++ % 10 !== 0) return
          void memoryOf(pid, 'RssAnon').then((now) => {
            anonymous = now === null ? anonymous : Math.max(now, anonymous ?? 0)
          })
        },
      })
      const used = await cpu()
      const { p99 } = await loopDelay()
      return { rate, cpu: used, rss: await memoryOf(pid, 'VmHWM'), anonymous, loopDelayP99: p99 }
    })
  })

const embeddedStores = async (run: BenchRun): Promise<ServiceStores> => ({
  dataFolder: await run.copyOfBase(run.sizes.base),
  servers: {},
})
