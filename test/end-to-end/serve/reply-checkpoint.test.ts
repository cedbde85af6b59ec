import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'
import { countingMessages, expectEachCountedOnce } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')

describe.skipIf(rabbitmqUrl === undefined)('serve: a missing reply checkpoint', () => {
  let bench: ServiceBench
  beforeAll(async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    await serveMessages(0, 10)
  })
  afterAll(() => bench?.dispose())

  /** The numbers of the messages answered meanwhile, once for each reply. */
  const serveMessages = async (from: number, to: number, ...argv: ReadonlyArray<string>) => {
    const collector = await bench.collect()
    const service = bench.start({ argv })
    await bench.publish(countingMessages(from, to, true))
    const answered = () =>
      collector.replies.map(({ correlationId }) => Number(String(correlationId).slice(2)))
    await until(() => numbers(from, to).every((n) => answered().includes(n)))
    expect(await service.stop()).toBe(0)
    await collector.close()
    return answered().sort((a, b) => a - b)
  }
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
  const loseCheckpoint = () => {
    const file = new Sqlite(join(bench.dataFolder, 'events.sqlite'), { fileMustExist: true })
    const { changes } = file.prepare('DELETE FROM checkpoints').run()
    file.close()
    expect(changes).toBe(1)
  }

  test('stops the service, which says what to do', async () => {
    loseCheckpoint()
    const service = bench.start()
    expect(await service.ended).toBe(1)
    expect(service.lines.at(-1)).toMatch(/--replies-from beginning .*--replies-from end/)
  })

  test('--replies-from end answers only new imports', async () => {
    expect(await serveMessages(10, 20, '--replies-from', 'end')).toEqual(numbers(10, 20))
  })

  test('--replies-from beginning answers all imports again', async () => {
    loseCheckpoint()
    expect(await serveMessages(20, 30, '--replies-from', 'beginning')).toEqual(numbers(0, 30))
  })

  test('either has no effect if there is a checkpoint', async () => {
    expect(await serveMessages(30, 40, '--replies-from', 'beginning')).toEqual(numbers(30, 40))
    await expectEachCountedOnce(bench, 40)
  })
})
