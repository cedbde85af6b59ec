import { type Channel, connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { runCli } from '../../demo/run-cli.ts'
import { collectReplies, publishTo } from '../support/rabbitmq/queues.ts'
import type { PrivateBroker } from '../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../support/rabbitmq/server/start-private-broker.ts'
import { type ServiceBench, serviceBench } from '../support/real-processes/service-bench.ts'
import { madeSecrets } from './made-secrets.ts'

const definitions = JSON.parse(madeSecrets().get('rabbitmq-definitions.json') ?? '')
const [user] = definitions.users
const [permission] = definitions.permissions

describe.skipIf(!inject('rabbitmqPrivate'))("the importer's broker user in compose.yaml", () => {
  let broker: PrivateBroker
  let bench: ServiceBench
  let url: string
  const queues = { IMPORT_QUEUE: 'database_import', RESULT_QUEUE: 'database_import_result' }
  beforeAll(async () => {
    broker = await startPrivateBroker()
    await broker.control('add_user', user.name, user.password)
    const { vhost, configure, write, read } = permission
    await broker.control('set_permissions', '-p', vhost, user.name, configure, write, read)
    url = broker.url.replace('guest:guest', `${user.name}:${user.password}`)
    bench = serviceBench(broker.url)
  })
  afterAll(async () => {
    await bench?.dispose()
    await broker?.dispose()
  })

  test('has enough permissions for the service and for publishing', async () => {
    expect([user.tags, definitions.users.length, definitions.permissions.length]).toEqual(['', 1, 1])
    const settings = { RABBITMQ_URL: url, ...queues }
    const service = bench.start({ settings })
    await service.ready()
    const replies = await collectReplies(broker.url, {
      name: queues.RESULT_QUEUE,
      declaration: { durable: true, messageTtl: 86_400_000 },
    })
    const message = {
      account_id: 1,
      db_id: 1,
      feedback_id: 'f',
      update_only: true,
      email: 'a@example.com',
      data: {},
    }
    await publishTo(broker.url, { name: queues.IMPORT_QUEUE, declaration: { durable: true } }, [
      { body: JSON.stringify(message) },
    ])
    await replies.answered(1)
    await runCli(['replay', '--code', '404', '--data', bench.dataFolder], { folder: bench.folder, settings })
    await replies.answered(2)
    await replies.close()
    expect(replies.replies.map(({ body }) => body)).toMatchObject([{ error: 404 }, { error: 404 }])
    expect(await service.stop()).toBe(0)
  })

  const refused: ReadonlyArray<[string, (channel: Channel) => Promise<unknown>]> = [
    ['declare another queue', (channel) => channel.assertQueue('other')],
    ['delete another queue', (channel) => channel.deleteQueue('theirs')],
    ['read replies', (channel) => channel.consume(queues.RESULT_QUEUE, () => {})],
    ['declare an exchange', (channel) => channel.assertExchange('other', 'fanout')],
    ['bind a queue', (channel) => channel.bindQueue(queues.IMPORT_QUEUE, 'amq.topic', '#')],
  ]
  test.each(refused)('may not %s', async (_, attempt) => {
    const admin = await connect(broker.url)
    const owned = await admin.createChannel()
    for (const name of ['theirs', queues.IMPORT_QUEUE]) await owned.assertQueue(name, { durable: true })
    await owned.assertQueue(queues.RESULT_QUEUE, { durable: true, messageTtl: 86_400_000 })
    await admin.close()
    const model = await connect(url)
    try {
      const channel = await model.createChannel()
      channel.on('error', () => {})
      await expect(attempt(channel)).rejects.toThrow(/403|ACCESS.REFUSED/)
    } finally {
      await model.close()
    }
  })
})
