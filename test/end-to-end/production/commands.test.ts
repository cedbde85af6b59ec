import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'
import { noProductionStack, type ProductionStack, startProductionStack } from './production-stack.ts'

const total = 300

describe.skipIf(noProductionStack)('commands beside a service, on servers', () => {
  let stack: ProductionStack
  beforeAll(async () => {
    stack = await startProductionStack()
  })
  afterAll(() => stack?.dispose())

  const printed = async (...argv: ReadonlyArray<string>) =>
    (await stack.run(...argv)).map((line): Record<string, unknown> => JSON.parse(line))

  test('rebuild runs while messages are imported, and verify finds no difference', async () => {
    const collector = await stack.collect()
    const service = stack.start({ settings: { BATCH_SIZE: '20' } })
    await service.ready()
    await stack.publish(countingMessages(0, total, true, stack.account))
    await collector.answered(total / 3)
    const rebuilding = printed('rebuild')
    let rebuilt = false
    const done = rebuilding.then(() => {
      rebuilt = true
    })
    let published = total
    while (!rebuilt) {
      await collector.answered(published)
      await stack.publish(countingMessages(published, published + 20, true, stack.account))
      published += 20
      // The rebuild must catch up with it, even on a slow server.
      await sleep(200)
    }
    await done
    expect(await rebuilding).toMatchObject([
      { rebuilt: 'profiles', generation: 2, differences: 0 },
      { rebuilt: 'imports', generation: 2, differences: 0 },
      { rebuilt: 'refusals', generation: 2, differences: 0 },
      { rebuilt: 'search', generation: 2, differences: 0 },
    ])
    await collector.answered(published)
    // A shutdown waits for the read models for some seconds only.
    await stack.projected()
    expect(await service.stop()).toBe(0)
    await collector.close()
    await expectEachCountedOnce(stack, published, stack.account)
    expectEachAnswered(collector.replies, published)
    expect(await printed('verify')).toMatchObject([
      { generation: 2 },
      { generation: 2, documents: published },
      { generation: 2, documents: 0 },
    ])
  })

  test('import answers a file line by line, and replay resubmits refused messages, without overwriting', async () => {
    const message = (feedbackId: string, member: object) =>
      JSON.stringify({ account_id: stack.account, db_id: 9, feedback_id: feedbackId, ...member })
    const ann = { email: 'ann@private.example', data: { visits: { action: 'incr', value: 1 } } }
    const early = `too early in ${stack.account}`
    const lines = [
      message(early, { ...ann, update_only: true }),
      message('create', ann),
      '{"broken',
      message('update', ann),
    ]
    const file = join(stack.folder, 'messages.ndjson')
    writeFileSync(file, lines.join('\n'))
    expect(await printed('import', file)).toMatchObject([
      { feedback_id: early, error: 404 },
      { feedback_id: 'create', error: 0 },
      { error: 400 },
      { feedback_id: 'update', error: 0 },
    ])

    const collector = await stack.collect()
    const [refused] = await printed('history', '--feedback-id', early)
    const replay = await printed('replay', '--import', String(refused?.import_id), '--set', 'data.note=1')
    expect(replay).toEqual([
      {
        ...{ replayed: 1, truncated: 0, unreadable: 0, replayed_before: 0, not_json: 0, unfit: 0 },
        queue: stack.importQueue,
      },
    ])
    const service = stack.start()
    await collector.answered(1)
    // A shutdown waits for the read models for some seconds only.
    await stack.projected()
    expect(await service.stop()).toBe(0)
    await collector.close()
    expect(collector.replies.map(({ verdict }) => verdict)).toEqual(['updated'])
    expect(collector.replies[0]?.options.headers).toMatchObject({ left_alone: 1 })
    const where = ['--account', String(stack.account), '--db', '9', '--email', 'ann@private.example']
    expect(await printed('find', ...where)).toMatchObject([{ fields: { visits: 2, note: 1 } }])
    await stack.run('verify')
  })
})
