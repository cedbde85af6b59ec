import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCli } from '../../demo/run-cli.ts'
import { waitingIn } from '../support/queues.ts'
import { recordedCount } from '../support/recorded-events.ts'
import { personalDomain } from './messages.ts'
import type { ReplyLedger } from './reply-ledger.ts'
import type { SupervisedService } from './supervised-service.ts'
import type { Violations } from './violations.ts'

/** Milliseconds. */
const patience = 180_000

interface Settling {
  readonly service: SupervisedService
  readonly ledger: ReplyLedger
  readonly url: string
  readonly importQueue: string
  readonly published: number
}

/** Waits until the queue is empty and nothing more is answered, and stops the service; what is wrong, if anything. */
export const settle = async (settling: Settling): Promise<string | undefined> => {
  const { service, ledger, url, importQueue, published } = settling
  const deadline = Date.now() + patience
  for (let before = -1; ; await sleep(1000)) {
    if (Date.now() > deadline) return `${ledger.answered() + 1} of ${published} messages answered`
    const waiting = await waitingIn(url, importQueue)
    if (waiting === 0 && ledger.count() === before) break
    before = ledger.count()
  }
  const status = await service.stop()
  if (status !== 0) return `SIGTERM ends it with status ${status}`
  const waiting = await waitingIn(url, importQueue)
  return waiting === 0 ? undefined : `${waiting} messages in the queue after the stop`
}

/** Starts the service on the queue that is empty now, and stops it. */
export const restartChangesNothing = async (
  service: SupervisedService,
  dataFolder: string,
): Promise<boolean> => {
  const before = await recordedCount(dataFolder)
  service.start()
  await service.ready()
  await sleep(1000)
  await service.stop()
  return (await recordedCount(dataFolder)) === before
}

/** The shipped command must find no difference, and nothing that was kept for a replay. */
export const verify = async (folder: string, dataFolder: string, violations: Violations): Promise<void> => {
  try {
    await runCli(['verify', '--data', dataFolder], { folder })
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
