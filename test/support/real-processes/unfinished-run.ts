import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CliHome, linesOf } from './cli.ts'

/** As if the last run of a file had been killed after its imports and before its first reply. */
export const unfinish = async (
  home: CliHome,
  file: string,
  env: Record<string, string> = {},
): Promise<void> => {
  const { stdout } = await home.run(['events'], { env })
  const { public: known } = JSON.parse(linesOf(stdout).at(-1) ?? '')
  const content = createHash('sha256').update(readFileSync(file)).digest('hex')
  const runs = join(home.data, 'runs')
  mkdirSync(runs, { recursive: true })
  const record = { run: known.source.run, file, line: 0, position: '' }
  writeFileSync(join(runs, `${content}.json`), JSON.stringify(record))
}
