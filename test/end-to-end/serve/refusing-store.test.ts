import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { makeCertificates } from '../../support/certificates.ts'
import { type StandIn, startStandIn } from '../../support/eventstoredb/stand-in.ts'
import type { Service } from '../../support/service.ts'
import { type ServiceBench, type ServiceBenchOptions, serviceBench } from '../../support/service-bench.ts'
import { until } from '../../support/until.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const refused = 'EventStoreDB: 16 UNAUTHENTICATED: Bad HTTP authentication'
const message = { account_id: 1, db_id: 1, email: 'ann@example.com', data: {} }

describe.skipIf(rabbitmqUrl === undefined)('serve, on a store that refuses', () => {
  let bench: ServiceBench

  /** The client says who it is over TLS only. */
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

  it('for a wrong password, ends at the start with one line that says so', async () => {
    await secured('wrong')
    const service = bench.start()
    expect(await service.ended).toBe(1)
    expect(service.lines.filter((line) => line.includes('UNAUTHENTICATED'))).toEqual([`error: ${refused}`])
  })

  it('for a password that was changed later, is not ready and says why, once, until it is right again', async () => {
    const server = await secured('right')
    const service = bench.start()
    await service.ready()
    server.user = 'importer:changed'
    await bench.publish([{ body: JSON.stringify(message) }])
    await until(async () => (await readiness(service)).status === 503)
    await until(async () => (await readiness(service)).reasons.includes(`event store: ${refused}`))
    // Several parts of the service have met it by then.
    await new Promise((resolve) => setTimeout(resolve, 3000))
    server.user = 'importer:right'
    await service.ready()
    await service.says('the trouble with the event store is over')
    expect(service.lines.filter((line) => line.includes('the event store'))).toHaveLength(2)
    expect(await service.stop()).toBe(0)
  })

  it('for a damaged read model, names the file and the remedy', async () => {
    given()
    const first = bench.start()
    await first.ready()
    await bench.publish([{ body: JSON.stringify(message) }])
    await bench.recorded(1)
    expect(await first.stop()).toBe(0)
    const file = join(bench.dataFolder, 'read-model.sqlite')
    const descriptor = openSync(file, 'r+')
    // The first page, with its header, is left as it is.
    writeSync(descriptor, Buffer.alloc(20 * 4096, 0xa5), 0, 20 * 4096, 4096)
    closeSync(descriptor)
    const service = bench.start()
    expect(await service.ended).toBe(1)
    expect(service.lines.at(-1)).toBe(
      `error: ${file}: the file is damaged: stop what uses it and delete it, and it is built anew from the event log ` +
        '(SQLITE_CORRUPT)',
    )
  })
})
