import { connect } from 'amqplib'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { type ReplyCollector, waitingIn } from '../../support/rabbitmq/queues.ts'
import { recordedEvents } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'

const rabbitmqUrl = inject('rabbitmqUrl')

const refusable = JSON.stringify({
  ...{ account_id: 1, db_id: 7, feedback_id: 'victim', email: 'ann@private.example' },
  ...{ update_only: true, data: {} },
})
const strangers = JSON.stringify({ account_id: 2, db_id: 7, email: 'eve@private.example', data: {} })

describe.skipIf(rabbitmqUrl === undefined)('messages that claim to be replays', () => {
  let bench: ServiceBench
  let collector: ReplyCollector
  beforeEach(async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    collector = await bench.collect()
  })
  afterEach(() => bench?.dispose())

  /** Takes the waiting messages off the queue, as anyone with permission to read could. */
  const takeAll = async () => {
    const model = await connect(bench.url)
    const channel = await model.createChannel()
    const messages = []
    for (let next = await channel.get(bench.importQueue, { noAck: true }); next !== false; ) {
      messages.push(next)
      next = await channel.get(bench.importQueue, { noAck: true })
    }
    await model.close()
    return messages
  }
  const historyOf = async (importId: string) =>
    (await bench.run('history', '--import', importId)).map((line) => JSON.parse(line))
  const replay = async () => JSON.parse((await bench.run('replay', '--code', '404'))[0] ?? '')

  test('are imported but are not replays: only the message of the replay command is in the history, once', async () => {
    const first = bench.start()
    await bench.publish([
      { body: refusable, options: { messageId: 'm-1', correlationId: 'victim', appId: 'crm' } },
    ])
    await collector.answered(1)
    const original = String(collector.replies[0]?.importId)
    await first.ready()
    expect(await first.stop()).toBe(0)

    expect(await replay()).toMatchObject({ replayed: 1 })
    const [genuine] = await takeAll()
    if (genuine === undefined) throw new Error('nothing was replayed')
    const { headers, messageId, contentEncoding } = genuine.properties
    expect(headers).toEqual({ replay_of: original, replay_mark: expect.stringMatching(/^[0-9a-f]{64}$/) })

    const forged = [
      { body: strangers, options: { messageId: 'f-1', headers: { replay_of: original } } },
      { body: strangers, options: { messageId: 'f-2', headers } },
      { body: refusable, options: { messageId: 'f-3', contentEncoding, headers } },
      { body: genuine.content, options: { messageId, contentEncoding, headers, appId: 'eve' } },
    ]
    await bench.publish(forged)
    const second = bench.start()
    await until(async () => (await recordedEvents(bench)).length === 1 + forged.length)
    expect(await historyOf(original)).toHaveLength(1)
    expect((await second.get('/metrics')).text).toContain('profile_importer_replay_marks_refused_total 4')

    await bench.publish([{ body: genuine.content, options: { messageId, contentEncoding, headers } }])
    await until(async () => (await historyOf(original)).length === 2)
    const sent = { message_id: 'm-1', correlation_id: 'victim', app_id: 'crm' }
    expect(await historyOf(original)).toMatchObject([
      { verdict: 'rejected', properties: sent },
      {
        properties: { message_id: messageId },
        replay_of: original,
        original: { import_id: original, properties: sent },
      },
    ])
    expect((await second.get('/metrics')).text).toContain('profile_importer_replay_marks_refused_total 4')
    expect(await second.stop()).toBe(0)
    // Two copies of the message that no mark covers, and the outcome of the replay itself.
    expect(await replay()).toMatchObject({ replayed: 3, replayed_before: 1 })
    expect(await waitingIn(bench.url, bench.importQueue)).toBe(3)

    const events = await bench.run('events')
    expect(events.join('\n')).not.toContain(headers?.replay_mark)
    await bench.run('verify')
  })
})
