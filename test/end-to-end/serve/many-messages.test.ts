import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { realisticMessages } from '../../../demo/realistic-messages.ts'
import { recordedEvents } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const total = 20_000

describe.skipIf(rabbitmqUrl === undefined)('serve: 20,000 mixed messages', () => {
  let bench: ServiceBench
  beforeAll(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterAll(() => bench?.dispose())

  test('are all answered, in queue order, and the read model matches the log', async () => {
    const service = bench.start()
    const collector = await bench.collect()
    const messages = [...realisticMessages(total, 7)].map((body, n) => ({
      body,
      options: n % 2 === 0 ? { messageId: `m-${n}` } : { correlationId: `m-${n}` },
    }))
    await bench.publish(messages)
    await collector.answered(total)
    const { text } = await service.get('/metrics')
    expect(await service.stop()).toBe(0)
    await collector.close()

    const events = await recordedEvents(bench)
    const nameOf = ({ event }: (typeof events)[number]): string | undefined =>
      event.personal.properties.correlation_id ?? event.personal.properties.message_id
    const inOrder = (names: ReadonlyArray<unknown>) =>
      [...names].sort((a, b) => Number(String(a).slice(2)) - Number(String(b).slice(2)))
    expect(new Set(events.map(nameOf)).size).toBe(total)
    expect(events).toHaveLength(total)
    for (const stream of new Set(events.map((recorded) => recorded.stream))) {
      const names = events.filter((recorded) => recorded.stream === stream).map(nameOf)
      expect(names).toEqual(inOrder(names))
    }
    expect(collector.replies.map(({ correlationId, position }) => [correlationId, position])).toEqual(
      events.map((recorded) => [nameOf(recorded), recorded.position]),
    )
    const verdicts = new Set(collector.replies.map(({ verdict }) => verdict))
    expect(verdicts).toEqual(new Set(['created', 'updated', 'unchanged', 'rejected']))
    await bench.run('verify')

    const created = collector.replies.filter(({ verdict }) => verdict === 'created').length
    expect(text).toContain(`profile_importer_messages_taken_total ${total}\n`)
    expect(text).toContain(`profile_importer_imports_total{verdict="created"} ${created}\n`)
    expect(text).not.toMatch(/@|example\.(com|org|net)|m-\d/)
  })
})
