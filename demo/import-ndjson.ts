import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { type CliOptions, startCli } from './run-cli.ts'

export interface ImportedFile {
  /** Reply lines. */
  readonly replies: number
  /** Replies per second from the first to the last, excluding the start of the process. */
  readonly rate: number
}

/** Runs `import` on a file and writes the reply lines to another. @throws if its exit status is not 0 */
export const importNdjson = async (
  folder: string,
  dataFolder: string,
  file: string,
  repliesFile: string,
  options: Pick<CliOptions, 'settings' | 'compiled'> = {},
): Promise<ImportedFile> => {
  const child = startCli(['import', file, '--data', dataFolder], { folder, ...options })
  const output = createWriteStream(repliesFile)
  let [replies, atFirst, first, last] = [0, 0, 0, 0]
  child.stdout?.on('data', (chunk: Buffer) => {
    output.write(chunk)
    for (const byte of chunk) if (byte === 10) replies++
    last = performance.now()
    if (first === 0) [first, atFirst] = [last, replies]
  })
  const [status] = await once(child, 'close')
  output.end()
  await once(output, 'finish')
  if (status !== 0) throw new Error(`import ended with status ${status}`)
  return { replies, rate: (1000 * (replies - atFirst)) / (last - first) }
}
