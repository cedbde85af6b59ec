import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { BenchRun } from './bench-run.ts'
import { scriptArgv } from './script-argv.ts'

export interface RebuildResult {
  /** Events per second: all of `rebuild`, including verification and switch. */
  readonly rate: number
  /** Events per second until all were folded, before the results were written and verified. */
  readonly foldRate: number
}

/**
 * Rebuilds the read model of the profiles from the log of a data folder; in a separate process, so that other
 * measurements do not affect it.
 */
export const measureRebuild = async (run: BenchRun, dataFolder: string): Promise<RebuildResult> => {
  run.progress('rebuild: profiles')
  const argv = scriptArgv('./rebuild-process.ts', dataFolder)
  const { stdout } = await promisify(execFile)(process.execPath, argv)
  return JSON.parse(stdout)
}
