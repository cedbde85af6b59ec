import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { startStandInServer } from '../../support/eventstoredb/server/stand-in-server.ts'
import { startPrivateServer as startMongoDb } from '../../support/mongodb/server/start-private-server.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import type { Service } from '../../support/real-processes/service.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'
import { countingMessages } from '../counting-messages.ts'

/** Milliseconds until readiness names a server that is silent. */
const toldWithin = 10_000
/** Milliseconds that any answer over HTTP takes. */
const answeredWithin = 1000
/** Seconds that a stop may take while the read models are silent, and a command until it says so: half on a fast machine. */
const stoppedWithin = 25

const runs = inject('rabbitmqPrivate') && inject('mongodbPrivate')

describe.skipIf(!runs)('serve, when a server is suspended', () => {
  type Server = Awaited<
    ReturnType<typeof startStandInServer | typeof startMongoDb | typeof startPrivateBroker>
  >
  const servers = new Map<string, Server>()
  let bench: ServiceBench
  let service: Service
  beforeAll(async () => {
    const [eventStoreDb, mongoDb] = [await startStandInServer(), await startMongoDb()]
    const broker = await startPrivateBroker()
    servers.set('event store', eventStoreDb).set('read models', mongoDb).set('broker', broker)
    const urls = { EVENTSTORE_URL: eventStoreDb.url, MONGODB_URL: mongoDb.url }
    bench = serviceBench(broker.url, { servers: urls })
    service = bench.start()
    await service.ready()
  })
  afterAll(async () => {
    await bench?.dispose()
    for (const server of servers.values()) await server.dispose()
  })

  const answer = async (path: string) => {
    const asked = performance.now()
    const { status, text } = await service.get(path)
    return { status, text, milliseconds: performance.now() - asked }
  }

  test.each(['event store', 'read models', 'broker'])(
    '%s, with nothing to do: is not ready in time and says why, once, until it answers; and always answers itself',
    async (name) => {
      const times: Array<number> = []
      const began = performance.now()
      await servers.get(name)?.suspend()
      await until(async () => {
        const answers = [
          await answer('/health/live'),
          await answer('/metrics'),
          await answer('/health/ready'),
        ]
        times.push(...answers.map(({ milliseconds }) => milliseconds))
        const { status, text } = answers[2] ?? {}
        return status === 503 && text?.includes(`${name}: no answer within 5 s`) === true
      })
      expect(performance.now() - began).toBeLessThan(toldWithin)
      await servers.get(name)?.resume()
      await service.ready()
      expect(Math.max(...times)).toBeLessThan(answeredWithin)
      const told = service.lines.filter((line) => line.includes(`"with":"${name}"`))
      expect(told.map((line) => JSON.parse(line).msg)).toEqual([
        `${name} unavailable: retrying`,
        `${name} available again`,
      ])
    },
  )

  test('read models: stops in seconds in mid-stream, says what is left, and commands fail as soon', async () => {
    const collector = await bench.collect()
    await bench.publish(countingMessages(0, 600, true))
    await collector.answered(100)
    await servers.get('read models')?.suspend()
    const seconds = async (work: Promise<unknown>) => {
      const began = performance.now()
      await work
      return (performance.now() - began) / 1000
    }
    expect(await seconds(service.stop())).toBeLessThan(stoppedWithin)
    expect(service.lines.filter((line) => line.includes('"behind":["profiles"'))).toHaveLength(1)
    const failing = bench.run('find', '--account', '1', '--db', '1', '--email', 'a@x.org')
    expect(await seconds(expect(failing).rejects.toThrow('status 1'))).toBeLessThan(stoppedWithin)
    await servers.get('read models')?.resume()
    service = bench.start()
    await collector.answered(600)
  })
})
