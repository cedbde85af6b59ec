import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReplyCollector, TestMessage } from '../../support/rabbitmq/queues.ts'
import type { Service } from '../../support/real-processes/service.ts'
import {
  noProductionStack,
  type ProductionStack,
  type StoreSetting,
  startProductionStack,
} from './production-stack.ts'

const stacks: ReadonlyArray<[what: string, settings: ReadonlyArray<StoreSetting>]> = [
  ['EventStoreDB and MongoDB', ['EVENTSTORE_URL', 'MONGODB_URL']],
  ['EventStoreDB, read models in the data folder', ['EVENTSTORE_URL']],
  ['MongoDB, log in the data folder', ['MONGODB_URL']],
]

describe.skipIf(noProductionStack).each(stacks)('%s', (_, settings) => {
  let stack: ProductionStack
  let service: Service
  let collector: ReplyCollector
  beforeAll(async () => {
    stack = await startProductionStack(settings)
    service = stack.start()
    collector = await stack.collect()
    await service.ready()
  })
  afterAll(async () => {
    await collector?.close()
    await stack?.dispose()
  })

  const printed = async (...argv: ReadonlyArray<string>) =>
    (await stack.run(...argv)).map((line): Record<string, unknown> => JSON.parse(line))

  const json = (correlationId: string, message: object): TestMessage => ({
    body: JSON.stringify({ account_id: stack.account, db_id: 7, feedback_id: correlationId, ...message }),
    options: { correlationId, messageId: correlationId },
  })

  test('creates, updates, counts and refuses, and answers each message', async () => {
    const email = 'Ann@private.example'
    const visits = { action: 'incr', value: 2 }
    const tags = { action: 'add', value: ['y'] }
    const update = json('update', { email, data: { visits, tags: ['x'], phones: ['+7 900 000-00-00'] } })
    await stack.publish([
      json('create', { email, data: { _fname: 'Confidentia', 'a.$b': { 'c.d': 1 } } }),
      update,
      json('by phone', { matching: 'phone', phone: '007 9000000000', data: { visits, tags } }),
      json('the same', { email, data: { _fname: 'Confidentia' } }),
      json('bad value', { email, data: { _city: 7 } }),
      json('nobody', { email: 'eve@private.example', update_only: true, data: {} }),
      update,
    ])
    await expect.poll(() => collector.replies.length, { timeout: 60_000 }).toBe(7)
    await stack.publish([{ body: Buffer.from([0xff, 0x00]), options: { correlationId: 'garbage' } }])
    await expect.poll(() => collector.replies.length, { timeout: 60_000 }).toBe(8)
    expect(
      collector.replies.map(({ correlationId, verdict, body }) => [
        correlationId,
        verdict,
        Object(body).error,
      ]),
    ).toEqual([
      ['create', 'created', 0],
      ['update', 'updated', 0],
      ['by phone', 'updated', 0],
      ['the same', 'unchanged', 0],
      ['bad value', 'rejected', 400],
      ['nobody', 'rejected', 404],
      ['update', 'duplicate', 0],
      ['garbage', 'rejected', 400],
    ])
  })

  test('shows the profile, its history, and positions', async () => {
    // A shutdown waits for the read models for some seconds only.
    await stack.projected()
    expect(await service.stop()).toBe(0)
    const where = ['--account', String(stack.account), '--db', '7', '--email', 'ann@private.example']
    const [profile] = await printed('find', ...where)
    expect(profile).toMatchObject({
      account_id: stack.account,
      fields: {
        email: 'ann@private.example',
        visits: 4,
        tags: ['x', 'y'],
        phones: ['+79000000000'],
        'a.$b': { 'c.d': 1 },
      },
    })
    const history = await printed('history', '--profile', String(profile?.profile_id))
    expect(history.map(({ feedback_id, verdict }) => [feedback_id, verdict])).toEqual([
      ['create', 'created'],
      ['update', 'updated'],
      ['by phone', 'updated'],
      ['the same', 'unchanged'],
      ['update', 'duplicate'],
    ])
    const [status] = await printed('status')
    expect(status).toMatchObject({
      profiles: { generation: 1, documents: expect.any(Number) },
      imports: { generation: 1 },
      replies: { queue: stack.importQueue },
    })
    await stack.run('verify')
  })
})
