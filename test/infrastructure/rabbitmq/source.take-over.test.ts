import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { ImportSession } from '../../../application/ports/import-source.ts'
import { connectRabbitMq, type RabbitMqConnection } from '../../../infrastructure/rabbitmq/connection.ts'
import { rabbitMqSource } from '../../../infrastructure/rabbitmq/source.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { createTroubles } from '../../../service/troubles.ts'
import { startTcpProxy } from '../../programs/torture/tcp-proxy.ts'
import { bodyOf } from '../../support/builders/body-of.ts'
import { type BrokerBench, brokerBench } from '../../support/rabbitmq/broker-bench.ts'
import { ownableQueues } from './ownable-queues.ts'

const url = inject('rabbitmqUrl') ?? ''
const script = fileURLToPath(new URL('./processes/hold-queue.ts', import.meta.url))
const bodies = Array.from({ length: 50 }, (_, i) => String(i))
const { signal } = new AbortController()

/** The broker drops a silent client after two seconds. */
const impatient = (address: string): string => {
  const changed = new URL(address)
  changed.searchParams.set('heartbeat', '1')
  return changed.href
}

const kinds = Object.entries(ownableQueues)
describe.skipIf(url === '').each(kinds)('the owner of a queue that is %s', (_, declaration) => {
  let bench: BrokerBench
  let holder: ChildProcess | undefined
  let said: Array<string>
  beforeEach(async () => {
    bench = await brokerBench(url, declaration)
    await bench.put(bench.importQueue, bodies)
    said = []
  })
  afterEach(async () => {
    holder?.kill('SIGKILL')
    await bench.dispose()
  })

  const startHolder = async () => {
    const argv = ['--import', 'tsx', script, impatient(url), bench.importQueue]
    holder = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    if (holder.stdout !== null)
      createInterface({ input: holder.stdout }).on('line', (line) => said.push(line))
    await expect.poll(() => said, { timeout: 20_000 }).toEqual(['holding 50'])
    return holder
  }
  const sourceOn = (connection: RabbitMqConnection) =>
    rabbitMqSource({
      ...{ connection, queue: bench.importQueue, queueType: 'classic', prefetch: 100, maxMessageBytes: 1000 },
      clock: systemClock,
      logger: bench.logger,
    })
  /** The session that another process waits for. */
  const standBy = async () => {
    const next = sourceOn(bench.connection('stand-by')).open(signal)
    await expect.poll(() => bench.lines.join(), { timeout: 10_000 }).toContain('standing by')
    return { next }
  }
  /** Everything that the owner held, in order, marked as redelivered. */
  const expectTakenOver = async (session: ImportSession | undefined) => {
    const taken = []
    while (taken.length < 50) taken.push(...((await session?.take(50, signal)) ?? []))
    expect(taken.map((each) => bodyOf(each).toString())).toEqual(bodies)
    expect(taken.every(({ redelivered }) => redelivered)).toBe(true)
    expect(await session?.confirmOwnership()).toBe(true)
  }

  test('is replaced when it is killed', async () => {
    const killed = await startHolder()
    const { next } = await standBy()
    killed.kill('SIGKILL')
    await expectTakenOver(await next)
  })

  test('is replaced while it is suspended, and knows that when it wakes up', {
    timeout: 60_000,
  }, async () => {
    const suspended = await startHolder()
    suspended.kill('SIGUSR2')
    await expect.poll(() => said.at(-1), { timeout: 10_000 }).toBe('owner: true')
    const { next } = await standBy()
    suspended.kill('SIGSTOP')
    const session = await next
    suspended.kill('SIGUSR2')
    suspended.kill('SIGCONT')
    await expect.poll(() => said.at(-1), { timeout: 20_000 }).toBe('owner: false')
    await expectTakenOver(session)
  })

  test('is replaced when the network is cut, and does not believe that it is still the owner', {
    timeout: 60_000,
  }, async () => {
    const proxy = await startTcpProxy(impatient(url))
    const shared = {
      name: 'cut off',
      clock: systemClock,
      chance: systemChance,
      logger: bench.logger,
      troubles: createTroubles(systemClock, bench.logger),
    }
    const connection = connectRabbitMq({ url: proxy.url, ...shared })
    const cutOff = await sourceOn(connection).open(signal)
    expect(await cutOff?.take(50, signal)).toHaveLength(50)
    const { next } = await standBy()
    proxy.swallow('both')
    const asked = cutOff?.confirmOwnership()
    await expectTakenOver(await next)
    expect(await asked).toBe(false)
    proxy.heal()
    expect(await cutOff?.confirmOwnership()).toBe(false)
    await connection.close()
    await proxy.close()
  })
})
