import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCli } from '../demo/run-cli.ts'
import type { BenchRun } from './bench-run.ts'

/** Messages of a log per second through rules under which all outcomes are the same, including the start of the process. */
export const measureWhatIf = async (run: BenchRun, dataFolder: string): Promise<number> => {
  run.progress('what-if')
  const rules = join(run.folder, 'rules.json')
  await writeFile(rules, '{"AMBIGUOUS_MATCH": "oldest"}')
  const started = performance.now()
  const argv = ['what-if', '--rules', rules, '--data', dataFolder]
  const [line = ''] = await runCli(argv, { folder: run.folder, compiled: true })
  const { imports, outcomes } = JSON.parse(line)
  if (outcomes.differ !== 0) throw new Error('the same rules gave other outcomes')
  return (1000 * imports) / (performance.now() - started)
}
