import { join } from 'node:path'
import { importNdjson } from '../demo/import-ndjson.ts'
import type { BenchRun } from './bench-run.ts'
import { workload } from './messages.ts'

export interface ImportResult {
  /** Messages per second, from the first replies to the last one. */
  readonly rate: number
  readonly dataFolder: string
}

/** `import` of half creates, half updates over a base. */
export const measureImport = async (run: BenchRun, base: number): Promise<ImportResult> => {
  const { imported } = run.sizes
  const dataFolder = await run.copyOfBase(base)
  run.progress(`import: ${imported} messages over ${base} profiles`)
  const file = await run.writeLines(workload(imported, base))
  const replies = join(run.folder, 'replies.ndjson')
  const { rate } = await importNdjson(run.folder, dataFolder, file, replies, { compiled: true })
  return { rate, dataFolder }
}
