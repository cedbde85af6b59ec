import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { copyToEventStoreDb } from '../../../infrastructure/composition-root/copy-to-event-store-db.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { systemIds } from '../../../infrastructure/system/system-ids.ts'
import { type StandIn, startStandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import {
  type ServiceBench,
  type StartOptions,
  serviceBench,
} from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'
import { countingMessages } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')

describe.skipIf(rabbitmqUrl === undefined)('serve on a log that was copied', () => {
  let bench: ServiceBench
  let server: StandIn
  beforeAll(async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    server = await startStandIn()
  })
  afterAll(async () => {
    await bench?.dispose()
    await server?.close()
  })

  /** The replies, as they arrive, to messages published while the service runs. */
  const serveMessages = async (from: number, to: number, options: StartOptions) => {
    const collector = await bench.collect()
    const service = bench.start(options)
    await bench.publish(countingMessages(from, to, true))
    await until(() => collector.replies.length >= to - from)
    expect(await service.stop()).toBe(0)
    await collector.close()
    return collector.replies
      .map(({ correlationId, verdict }) => `${correlationId} ${verdict}`)
      .sort((a, b) => a.localeCompare(b))
  }

  test('answers new imports, and none that were answered before', async () => {
    await serveMessages(0, 20, {})
    const copied = await copyToEventStoreDb(
      {
        from: bench.dataFolder,
        to: server.url,
        clock: systemClock,
        chance: systemChance,
        ids: systemIds,
        onProgress: () => {},
      },
      new AbortController().signal,
    )
    expect(copied).toMatchObject({ events: 20, checkpoints: 1, verified: true })

    const onServer = {
      dataFolder: join(bench.folder, 'read-models'),
      settings: { EVENTSTORE_URL: server.url },
    }
    // The first one sent again, which that log knows.
    expect(await serveMessages(15, 25, onServer)).toEqual([
      ...[15, 16, 17, 18, 19].map((n) => `n-${n} duplicate`),
      ...[20, 21, 22, 23, 24].map((n) => `n-${n} created`),
    ])
  })
})
