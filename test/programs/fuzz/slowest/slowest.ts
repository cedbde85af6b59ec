import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../../../../demo/random.ts'
import { type Slow, searchSlowest, type Thread } from './search.ts'
import { leastTimes, timeMessages } from './time-messages.ts'

const say = (text: string) => process.stderr.write(`${text}\n`)
const rounded = (milliseconds: number) => Math.round(milliseconds * 10) / 10

const described = ({ history, messages, times }: Slow, thread: Thread, file: string) => ({
  milliseconds: rounded(times[thread]),
  stages: Object.fromEntries(Object.entries(times.stages).map(([stage, time]) => [stage, rounded(time)])),
  code: times.code,
  messages: messages.length,
  history,
  file,
})

/**
 * Searches for the slowest message. Prints one JSON object to standard output: for each thread the worst case, and a
 * file with the messages that lead to it, one per line.
 */
export const findSlowest = async (seed: number, minutes: number): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-importer-slowest-'))
  say(`fuzz --slowest --minutes ${minutes} --seed ${seed}: in ${folder}`)
  const fileOf = (name: string) => join(folder, `${name}.ndjson`)
  const write = (name: string, messages: ReadonlyArray<string>) =>
    writeFileSync(fileOf(name), messages.map((message) => `${message}\n`).join(''))
  const worst: Partial<Record<Thread, ReturnType<typeof described>>> = {}
  const tried = await searchSlowest(seededRandom(seed), Date.now() + minutes * 60_000, {
    // The process may die from it.
    trying: (messages) => write('trying', messages),
    slower: (thread, slow, count) => {
      write(thread, slow.messages)
      worst[thread] = described(slow, thread, fileOf(thread))
      say(`${count} tried, ${thread}: ${JSON.stringify(worst[thread])}`)
    },
  })
  process.stdout.write(`${JSON.stringify({ tried, seed, minutes, worst })}\n`)
}

/** The time of each message in such a file: the minimum of five runs. */
export const timeAgain = async (file: string): Promise<void> => {
  const messages = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const runs = []
  for (let run = 0; run < 5; run++) runs.push(await timeMessages(messages))
  for (const times of leastTimes(runs)) process.stdout.write(`${JSON.stringify(times)}\n`)
}
