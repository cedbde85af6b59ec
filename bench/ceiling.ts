import { spawn } from 'node:child_process'
import { exitOf } from '../demo/run-cli.ts'
import type { BenchRun } from './bench-run.ts'
import { workload } from './messages.ts'
import { resultRate, withQueues } from './queues.ts'
import { scriptArgv } from './script-argv.ts'

/** Messages per second that a process can consume, answer and acknowledge if it does nothing else. */
export const measureCeiling = (run: BenchRun): Promise<number> =>
  withQueues(run.brokerUrl, async (queues) => {
    const { queued, base } = run.sizes
    run.progress(`ceiling: ${queued} messages`)
    await queues.fill(workload(queued, base))
    const answering = spawn(
      process.execPath,
      scriptArgv('./ceiling-process.ts', run.brokerUrl, queues.imports, queues.results),
      { stdio: ['ignore', 'inherit', 'inherit'] },
    )
    try {
      return await resultRate(queues, queued)
    } finally {
      answering.kill()
      await exitOf(answering)
    }
  })
