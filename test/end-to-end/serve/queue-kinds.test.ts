import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from 'amqplib'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const results = { durable: true, messageTtl: 86_400_000 }
const single = { 'x-single-active-consumer': true }

const unsuitable: ReadonlyArray<[string, Options.AssertQueue]> = [
  ['a stream', { durable: true, arguments: { 'x-queue-type': 'stream' } }],
  ['a quorum queue that lets several in', { durable: true, arguments: { 'x-queue-type': 'quorum' } }],
]

describe.skipIf(rabbitmqUrl === undefined)('serve: the kind of the import queue', () => {
  let bench: ServiceBench
  const benchWith = (imports: Options.AssertQueue) => {
    bench = serviceBench(rabbitmqUrl ?? '', { declarations: { imports, results } })
    return bench
  }
  afterEach(() => bench?.dispose())

  test.each(unsuitable)(
    'exits with status 1 and one line that says what to do for %s',
    async (_, imports) => {
      const { publish, start, importQueue } = benchWith(imports)
      await publish(countingMessages(0, 3, true))
      const service = start()
      expect(await service.ended).toBe(1)
      const said = service.lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 60)
      expect(said).toMatchObject([{ msg: expect.stringContaining(`the import queue ${importQueue} is `) }])
      expect(said[0].msg).toContain('IMPORT_QUEUE_TYPE')
    },
  )

  test('imports from a classic queue with single active consumer', async () => {
    const { publish, start, collect } = benchWith({ durable: true, arguments: single })
    const collector = await collect()
    await publish(countingMessages(0, 500, false))
    const service = start()
    await collector.answered(500)
    await service.ready()
    expect(await service.stop()).toBe(0)
    await collector.close()
    await expectEachCountedOnce(bench, 500)
    expectEachAnswered(collector.replies, 500)
  })

  test('send declares the same queue as serve', async () => {
    bench = serviceBench(rabbitmqUrl ?? '', { queueType: 'quorum' })
    const file = join(bench.folder, 'messages.ndjson')
    writeFileSync(file, [...countingMessages(0, 3, true)].map(({ body }) => `${body}\n`).join(''))
    await bench.run('send', file)
    const service = bench.start()
    await service.ready()
    await bench.recorded(3)
    expect(await service.stop()).toBe(0)
    expect(service.lines.filter((line) => line.includes('other arguments'))).toEqual([])
  })
})
