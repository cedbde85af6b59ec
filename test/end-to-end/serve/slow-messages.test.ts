import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { recordedEvents } from '../../support/real-processes/recorded-events.ts'
import type { Service } from '../../support/real-processes/service.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const total = 200

const list = <A>(length: number, of: (i: number) => A): Array<A> => Array.from({ length }, (_, i) => of(i))
const digits = (n: number) => String(n).padStart(4, '0')

/** As many contacts as one message may have, in notations that are slow to read: some 70 ms of work in total. */
const slowMessage = (n: number) =>
  JSON.stringify({
    ...{ account_id: 1, db_id: 7, email: `person-${n}@private.example`, feedback_id: `n-${n}` },
    data: {
      visits: { action: 'incr', value: 1 },
      phones: list(1000, (i) => `(\uff0b7)\u00a0900\u2011${digits(n).slice(1)}\u2011${digits(i)}`),
      subscriptions: list(200, (i) => ({
        ...{ channel: 'email', resource_id: 1 },
        email: `a@\u044f\u0431${n}\u043f-${i}.${'\u0431\u043f\u0440\u0439'.repeat(8)}.\u0440\u0444`,
      })),
    },
  })

describe.skipIf(rabbitmqUrl === undefined)('serve: a backlog of slow messages', () => {
  let bench: ServiceBench
  beforeEach(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterEach(() => bench?.dispose())

  /** Repeats the request until stopped; returns how many milliseconds each answer took. */
  const watchLiveness = (service: Service) => {
    let watching = true
    const watched = (async () => {
      const waits: Array<number> = []
      while (watching) {
        const asked = performance.now()
        expect((await service.get('/health/live')).status).toBe(200)
        waits.push(performance.now() - asked)
        await sleep(50)
      }
      return waits
    })()
    return () => {
      watching = false
      return watched
    }
  }

  test('keeps the connection, answers /health/live, and imports each once', {
    timeout: 300_000,
  }, async () => {
    const collector = await bench.collect()
    await bench.publish(
      list(total, (n) => ({
        body: slowMessage(n),
        options: { messageId: `n-${n}`, correlationId: `n-${n}` },
      })),
    )
    const url = new URL(bench.url)
    // The broker drops a connection that is silent for twice as long.
    url.searchParams.set('heartbeat', '2')
    const service = bench.start({ settings: { RABBITMQ_URL: url.href } })
    await service.ready()
    const started = performance.now()
    const stopWatching = watchLiveness(service)
    await collector.answered(total)
    const waits = await stopWatching()
    const seconds = (performance.now() - started) / 1000

    // Long enough for the connection to be lost if nothing were sent meanwhile.
    expect(seconds).toBeGreaterThan(5)
    expect(waits.length).toBeGreaterThan(seconds)
    expect(Math.max(...waits)).toBeLessThan(4000)
    expect((await service.get('/metrics')).text).toContain(`profile_importer_messages_taken_total ${total}\n`)
    expect(await service.stop()).toBe(0)
    await collector.close()
    expect(service.lines.filter((line) => line.includes('lost the connection'))).toEqual([])
    expect(collector.replies.map(({ verdict }) => verdict)).toEqual(list(total, () => 'created'))
    expect((await recordedEvents(bench)).map(({ event }) => event.personal.feedback_id)).toEqual(
      list(total, (n) => `n-${n}`),
    )
  })
})
