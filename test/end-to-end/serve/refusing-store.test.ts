import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { type StandIn, startStandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { lastLine, type Service } from '../../support/real-processes/service.ts'
import {
  type ServiceBench,
  type ServiceBenchOptions,
  serviceBench,
} from '../../support/real-processes/service-bench.ts'
import { makeCertificates } from '../../support/servers/certificates.ts'
import { pageIn, textIn } from '../../support/sqlite/damage.ts'
import { until } from '../../support/until.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const refused = 'EventStoreDB: 16 UNAUTHENTICATED: Bad HTTP authentication'
const message = { account_id: 1, db_id: 1, email: 'ann@example.com', data: {} }

describe.skipIf(rabbitmqUrl === undefined)('serve, on a store that refuses', () => {
  let bench: ServiceBench

  /** The client sends credentials only over TLS. */
  const secured = async (password: string): Promise<StandIn> => {
    const certificates = await makeCertificates()
    const [cert, key] = [certificates.certFile, certificates.keyFile].map((file) => readFileSync(file))
    if (cert === undefined || key === undefined) throw new Error('no certificates')
    const server = await startStandIn({ user: 'importer:right', tls: { cert, key } })
    onTestFinished(async () => {
      await server.close()
      await certificates.dispose()
    })
    const ca = encodeURIComponent(certificates.caFile)
    const url = `esdb://importer:${password}@localhost:${server.port}?tlsCAFile=${ca}`
    given({ servers: { EVENTSTORE_URL: url } })
    return server
  }
  const given = (options?: ServiceBenchOptions) => {
    bench = serviceBench(rabbitmqUrl ?? '', options)
    onTestFinished(() => bench.dispose())
  }
  const readiness = async (service: Service) => {
    const { status, text } = await service.get('/health/ready')
    return { status, reasons: JSON.parse(text).not_ready }
  }

  test('for a wrong password, exits at startup with one line that says so', async () => {
    await secured('wrong')
    const service = bench.start()
    expect(await service.ended).toBe(1)
    expect(service.lines.filter((line) => line.includes('UNAUTHENTICATED'))).toHaveLength(1)
    expect(lastLine(service)).toMatchObject({ level: 60, msg: refused })
  })

  test('for a password that was changed later, is not ready and says why, once, until it is right again', async () => {
    const server = await secured('right')
    const service = bench.start()
    await service.ready()
    server.user = 'importer:changed'
    await bench.publish([{ body: JSON.stringify(message) }])
    await until(async () => (await readiness(service)).status === 503)
    await until(async () => (await readiness(service)).reasons.includes(`event store: ${refused}`))
    // Several components of the service have met it by then.
    await new Promise((resolve) => setTimeout(resolve, 3000))
    server.user = 'importer:right'
    await service.ready()
    await service.says('event store available again')
    expect(service.lines.filter((line) => line.includes('"with":"event store"'))).toHaveLength(2)
    expect(await service.stop()).toBe(0)
  })

  /** A service that has imported the message and ended. */
  const imported = async () => {
    given()
    const service = bench.start()
    await service.ready()
    await bench.publish([{ body: JSON.stringify(message) }])
    await bench.recorded(1)
    expect(await service.stop()).toBe(0)
  }
  const remedies = {
    'read-model.sqlite': 'stop everything that uses it and delete it: it will be rebuilt from the event log',
    'events.sqlite': 'restore a backup',
  }

  test.each([
    ['read-model.sqlite', 'profile_keys_1'],
    ['read-model.sqlite', 'profiles_1'],
    ['events.sqlite', 'events'],
  ] as const)('for a damaged %s (%s), exits at startup with file and remedy', async (name, table) => {
    await imported()
    const file = join(bench.dataFolder, name)
    pageIn(table)(file)
    const service = bench.start()
    expect(await service.ended).toBe(1)
    expect(lastLine(service)).toMatchObject({
      level: 60,
      msg: expect.stringMatching(new RegExp(`^${file}: the file is damaged: ${remedies[name]} \\(\\w+\\)$`)),
    })
  })

  test('for damage that only a message reveals, is not ready and names file and remedy', async () => {
    await imported()
    const file = join(bench.dataFolder, 'read-model.sqlite')
    textIn('profiles_1', '{"bytes":', '{#bytes":')(file)
    const service = bench.start()
    await service.ready()
    await bench.publish([{ body: JSON.stringify(message) }])
    const reason = `read models: ${file}: the file is damaged: ${remedies['read-model.sqlite']} (a row is not JSON)`
    await until(async () => (await readiness(service)).reasons.includes(reason))
    expect(service.lines.filter((line) => line.includes('read models unavailable'))).toHaveLength(1)
    expect(await service.stop()).toBe(0)
  })
})
