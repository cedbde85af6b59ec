import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { readingStores, recordedCount } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'
import { countingMessages } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const total = 6000

describe.skipIf(rabbitmqUrl === undefined)('serve: backed up under load, killed and restored', () => {
  let bench: ServiceBench
  beforeEach(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterEach(() => bench?.dispose())

  test.each([
    ['into an empty folder', true],
    ['over the old one', false],
  ])('%s, goes on, and messages sent again count once', { timeout: 120_000 }, async (_, isLost) => {
    const settings = { BATCH_SIZE: '20' }
    const backup = join(bench.folder, 'backup')
    const collector = await bench.collect()
    await bench.publish(countingMessages(0, total, true))
    const service = bench.start({ settings })
    await service.ready()
    await bench.recorded(500)
    const [line = ''] = await bench.run('backup', backup)
    const { end, checkpoints, log_id } = JSON.parse(line)
    expect(Object.keys(checkpoints)).toEqual([`replies-${bench.importQueue}`])
    await bench.recorded(Number(end) + 200)
    await service.kill()
    expect(await recordedCount(bench.dataFolder)).toBeLessThan(total)

    if (isLost) rmSync(bench.dataFolder, { recursive: true })
    const [restored = ''] = await bench.run('restore', backup, ...(isLost ? [] : ['--replace']))
    const { epoch } = JSON.parse(restored)
    const goingOn = bench.start({ settings })
    await goingOn.ready()
    const metrics = await goingOn.get('/metrics')
    expect(metrics.text).toContain(`profile_importer_log_info{log_id="${log_id}",epoch="${epoch}"} 1`)
    // Some of them are still in the queue, some in the backup, some were given up.
    await bench.publish(countingMessages(0, total, true))
    await collector.answered(total)
    await until(async () => (await visits(bench)) >= total)
    expect(await goingOn.stop()).toBe(0)
    await collector.close()
    await bench.run('verify')
    expect(await visits(bench)).toBe(total)
  })
})

/** What all messages that count have added together. */
const visits = (bench: ServiceBench): Promise<number> =>
  readingStores(bench, async ({ projectionStores: { profiles } }) => {
    const live = (await profiles.generations()).find((generation) => generation.live)
    let sum = 0
    for await (const documents of profiles.scan(live?.id ?? 0, new AbortController().signal))
      for (const { profile } of documents) sum += Number(profile.fields.visits)
    return sum
  })
