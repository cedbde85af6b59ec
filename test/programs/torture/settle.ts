import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCli } from '../../../demo/run-cli.ts'
import { waitingIn } from '../../support/rabbitmq/queues.ts'
import { readingStores, type StoresPlace } from '../../support/real-processes/recorded-events.ts'
import type { Crew } from './crew.ts'
import { personalDomain } from './messages.ts'
import type { ReplyLedger } from './reply-ledger.ts'
import type { Violations } from './violations.ts'

/** Milliseconds. */
const patience = 180_000
/** Milliseconds without a reply, after which none is expected any more. */
const quiet = 3000

interface Settling {
  readonly crew: Crew
  readonly ledger: ReplyLedger
  readonly url: string
  readonly importQueue: string
  readonly published: number
}

/**
 * Waits until the queue is empty and no more replies arrive, then stops the services; returns what is wrong, if
 * anything.
 */
export const settle = async (settling: Settling): Promise<string | undefined> => {
  const { crew, ledger, url, importQueue, published } = settling
  const deadline = Date.now() + patience
  if (!(await crew.ready(deadline))) return 'no service is ready'
  for (let before = -1; ; await sleep(quiet)) {
    if (Date.now() > deadline) return `${ledger.answered() + 1} of ${published} messages answered`
    const waiting = await waitingIn(url, importQueue)
    if (waiting === 0 && ledger.count() === before) break
    before = ledger.count()
  }
  const statuses = await crew.stop()
  if (statuses.some((status) => status !== 0)) return `SIGTERM ends with status ${statuses.join(', ')}`
  const waiting = await waitingIn(url, importQueue)
  return waiting === 0 ? undefined : `${waiting} messages in the queue after the stop`
}

const endOfLog = (stores: StoresPlace) => readingStores(stores, ({ eventStore }) => eventStore.end())

/** Starts the services on the queue, which is now empty, and stops them. */
export const restartChangesNothing = async (crew: Crew, stores: StoresPlace): Promise<boolean> => {
  const before = await endOfLog(stores)
  crew.start()
  const ready = await crew.ready(Date.now() + patience)
  await sleep(1000)
  await crew.stop()
  return ready && (await endOfLog(stores)) === before
}

/** The shipped command must find no difference, not even in the messages kept for a replay. */
export const verify = async (
  folder: string,
  { dataFolder, servers = {} }: StoresPlace,
  violations: Violations,
): Promise<void> => {
  try {
    await runCli(['verify', '--data', dataFolder], { folder, settings: servers })
  } catch (error) {
    violations.add('verify', String(error))
  }
}

const secrets = new RegExp(`${personalDomain.replace('.', '\\.')}|Confidentia|guest:guest`)

export const checkLogs = async (files: ReadonlyArray<string>, violations: Violations): Promise<void> => {
  for (const file of files.filter(existsSync)) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (secrets.test(line)) violations.add('personal data or a password in a log', file)
      if (line.includes('answered with code 500')) violations.add('a defect', line)
    }
  }
}
