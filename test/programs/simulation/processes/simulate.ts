import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Option } from 'commander'
import { program, wholeNumberFrom } from '../../../support/program.ts'
import { simulate } from '../simulate.ts'
import type { Share, ShareDone } from './worker.ts'

const shareSize = 50
const progressEvery = 1000
/** Then it ends early. */
const mostFailures = 10

const tell = (line: string) => process.stderr.write(`${line}\n`)

/** Plays one seed and prints its whole history. */
const replay = async (seed: number): Promise<boolean> => {
  const { trace, violations } = await simulate(seed, { traced: true })
  process.stdout.write(`${trace.join('\n')}\n`)
  tell(violations.length === 0 ? `seed ${seed}: every promise was kept` : `seed ${seed}: ${violations[0]}`)
  return violations.length === 0
}

/** Plays many seeds on all cores. Returns the first that fails, if any. */
const run = async (from: number, count: number): Promise<number | undefined> => {
  const began = performance.now()
  const failures: Array<ShareDone['failures'][number]> = []
  let [next, done, events, virtual] = [from, 0, 0, 0]
  const share = (): Share | undefined => {
    if (next >= from + count || failures.length >= mostFailures) return undefined
    const taken = { from: next, count: Math.min(shareSize, from + count - next) }
    next += taken.count
    return taken
  }
  const note = (result: ShareDone) => {
    for (const failure of result.failures) tell(`seed ${failure.seed}: ${failure.violations[0]}`)
    failures.push(...result.failures)
    events += result.events
    virtual += result.milliseconds
    done += result.count
    if (Math.floor(done / progressEvery) > Math.floor((done - result.count) / progressEvery))
      tell(`${done} of ${count} seeds, ${failures.length} failed`)
  }
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = fork(fileURLToPath(new URL('worker.ts', import.meta.url)))
      const handOut = () => {
        const taken = share()
        if (taken === undefined) worker.disconnect()
        else worker.send(taken)
      }
      worker.on('message', (result: ShareDone) => {
        note(result)
        handOut()
      })
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))))
      handOut()
    })
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const seconds = (performance.now() - began) / 1000
  const hours = virtual / 3_600_000
  tell(
    `${done} seeds: ${events} events in ${hours.toFixed(1)} hours of virtual time, ${seconds.toFixed(0)} s of real`,
  )
  return failures.map(({ seed }) => seed).sort((a, b) => a - b)[0]
}

interface SimulateOptions {
  readonly seeds: number
  readonly from: number
  readonly seed?: number
}

const { seeds, from, seed } = program(
  'simulate',
  'Runs the pipeline in virtual time, with crashes and outages that a seed determines, and checks every promise.',
)
  .option('--seeds <n>', 'how many seeds to play, on all cores', wholeNumberFrom(0), 1000)
  .option('--from <seed>', 'the first of them', wholeNumberFrom(0), 1)
  .addOption(
    new Option('--seed <seed>', 'play only this seed, and print its whole history')
      .argParser(wholeNumberFrom(0))
      .conflicts(['seeds', 'from']),
  )
  .parse()
  .opts<SimulateOptions>()
if (seed !== undefined) {
  process.exitCode = (await replay(seed)) ? 0 : 1
} else {
  const failed = await run(from, seeds)
  if (failed !== undefined) {
    await replay(failed)
    tell(`replay it with: npm run simulate -- --seed ${failed}`)
    process.exitCode = 1
  }
}
