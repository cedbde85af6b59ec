import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type BlockResult, blockSize, type Finding, fuzzBlock } from './fuzz-block.ts'

const say = (text: string) => process.stderr.write(`${text}\n`)

/**
 * Runs on all cores, or only one block. Prints one JSON object to standard output; after a finding, the exit status is
 * 1.
 */
export const fuzzInputs = async (seed: number, inputs: number, only: number | undefined): Promise<void> => {
  const blocks = Math.ceil(inputs / blockSize)
  say(`fuzz --inputs ${blocks * blockSize} --seed ${seed}`)

  const codes: Record<string, number> = {}
  const findings: Array<Finding> = []
  let done = 0
  const gather = (result: BlockResult) => {
    for (const [code, count] of Object.entries(result.codes)) codes[code] = (codes[code] ?? 0) + count
    findings.push(...result.findings)
    done += blockSize
    if (done % (200 * blockSize) === 0) say(`${done} inputs, ${findings.length} findings`)
  }

  const started = performance.now()
  if (only !== undefined) gather(fuzzBlock(seed, only))
  else {
    const processes = availableParallelism()
    const program = fileURLToPath(new URL('fuzz-process.ts', import.meta.url))
    const ends = Array.from({ length: processes }, async (_, first) => {
      const child = fork(program, [seed, first, blocks, processes].map(String))
      child.on('message', gather)
      const [status] = await once(child, 'exit')
      if (status !== 0) throw new Error(`a process of the fuzzer ended with status ${status}`)
    })
    await Promise.all(ends)
  }
  const seconds = (performance.now() - started) / 1000
  const problems: Record<string, number> = {}
  for (const { problem } of findings) problems[problem] = (problems[problem] ?? 0) + 1
  process.stdout.write(
    `${JSON.stringify({ inputs: done, seed, seconds: Math.round(seconds), codes, problems, examples: findings.slice(0, 20) })}\n`,
  )
  if (findings.length > 0) process.exitCode = 1
}
