import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import type { CollectedReply, ReplyCollector } from '../../support/rabbitmq/queues.ts'
import { recordedEvents } from '../../support/real-processes/recorded-events.ts'
import type { Service } from '../../support/real-processes/service.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const preload = new URL('./processes/planted-defects.ts', import.meta.url).href
const database = { account_id: 1, db_id: 7 }

const increase = (email: string, members: JsonObject = {}): JsonObject => ({
  ...database,
  email,
  ...members,
  data: { visits: { action: 'incr', value: 1 }, ...Object(members.data) },
})

/** By the place where they make the program throw, once the defects are planted; without these, all are valid. */
const poisons = {
  reading: increase('eve@private.example', { data: { note: 'poison when read, Confidentia' } }),
  matching: {
    ...database,
    ...{ matching: 'custom', field_name: 'poison_key_to_match_by', field_value: 'Confidentia' },
    data: {},
  },
  deciding: increase('dan@private.example', { data: { poison_decide: 'Confidentia' } }),
  'what becomes of it': increase('ida@private.example', { data: { poison_key: 'Confidentia' } }),
}

describe.skipIf(rabbitmqUrl === undefined)('serve, when a message makes the program throw', () => {
  let bench: ServiceBench
  let collector: ReplyCollector
  beforeEach(async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    collector = await bench.collect()
  })
  afterEach(() => bench?.dispose())

  const publish = (messages: ReadonlyArray<JsonObject>) =>
    bench.publish(
      messages.map((message) => ({
        body: JSON.stringify(message),
        options: { correlationId: String(message.feedback_id) },
      })),
    )
  const says = (service: Service, what: string) =>
    until(async () => {
      const { status, text } = await service.get('/health/ready')
      return status === 503 && text.includes(what)
    })
  const errorsOf = (replies: ReadonlyArray<CollectedReply>) =>
    replies.map(({ body }) => {
      const { error, feedback_id } = Object(body)
      return [feedback_id, error]
    })
  const visitsOf = async (email: string) => {
    const [found] = await bench.run('find', '--account', '1', '--db', '7', '--email', email)
    return JSON.parse(found ?? '{}').fields?.visits
  }

  test('keeps it, answers it with 500 and continues; replay imports it once the defect is fixed', async () => {
    const poisonous = Object.entries(poisons).map(([where, message]) => ({ ...message, feedback_id: where }))
    const messages = poisonous.flatMap((poison, i) => [
      increase('ann@private.example', { feedback_id: `good ${i}` }),
      poison,
    ])
    await publish(messages)
    const defective = bench.start({ preload })
    await collector.answered(messages.length)
    expect(errorsOf(collector.replies).sort()).toEqual(
      [
        ...poisonous.map((_, i) => [`good ${i}`, 0]),
        // A message that cannot even be read has no feedback_id.
        ['', 500],
        ...poisonous.flatMap(({ feedback_id: where }) => (where === 'reading' ? [] : [[where, 500]])),
      ].sort(),
    )
    expect(collector.replies.map(({ correlationId }) => correlationId).sort()).toEqual(
      messages.map(({ feedback_id }) => feedback_id).sort(),
    )
    expect(await defective.stop()).toBe(0)
    expect(await visitsOf('ann@private.example')).toBe(poisonous.length)

    const before = await recordedEvents(bench)
    const kept = before.filter(({ event }) => event.type === 'ImportRejected')
    expect(kept.map(({ event }) => event.message.body).sort()).toEqual(
      poisonous.map((poison) => JSON.stringify(poison)).sort(),
    )

    const mended = bench.start()
    await mended.ready()
    expect((await bench.run('replay', '--code', '500')).map((line) => JSON.parse(line))).toMatchObject([
      { replayed: poisonous.length, truncated: 0, replayed_before: 0 },
    ])
    await collector.answered(messages.length + poisonous.length)
    expect(errorsOf(collector.replies.slice(messages.length)).sort()).toEqual(
      poisonous.map(({ feedback_id }) => [feedback_id, 0]).sort(),
    )
    expect(await mended.stop()).toBe(0)
    const replays = (await recordedEvents(bench)).slice(before.length)
    expect(replays.map(({ event }) => [event.type, event.public.replay_of]).sort()).toEqual(
      kept.map(({ event }) => ['ProfileCreated', event.public.import_id]).sort(),
    )
    for (const email of ['eve', 'dan', 'ida']) expect(await visitsOf(`${email}@private.example`)).toBe(1)
    await bench.run('verify')
  })

  test('only in the read-model thread, says so and waits; nothing is skipped', async () => {
    const poison = increase('eve@private.example', { data: { poison_fold: 'Confidentia' } })
    const neighbour = increase('ann@private.example')
    const messages = [neighbour, poison, neighbour, increase('eve@private.example'), neighbour]
    const defective = bench.start({ preload })
    await publish(messages.map((message, i) => ({ ...message, feedback_id: `message ${i}` })))
    await collector.answered(messages.length)
    expect(collector.replies.map(({ verdict }) => verdict)).toEqual([
      ...['created', 'created', 'updated', 'updated', 'updated'],
    ])
    await says(defective, 'profiles: stopped by a defect')
    expect(await defective.stop()).toBe(0)

    const mended = bench.start()
    await mended.ready()
    expect(await visitsOf('ann@private.example')).toBe(3)
    expect(await visitsOf('eve@private.example')).toBe(2)
    await bench.run('verify')
    expect(await mended.stop()).toBe(0)
    expect(collector.replies).toHaveLength(messages.length)
  })

  test('in the importer itself, gives up its session and waits inside the process; nothing is lost', async () => {
    const poison = { ...increase('ann@private.example'), feedback_id: 'poison when appended' }
    const messages: ReadonlyArray<JsonObject> = [
      increase('ann@private.example'),
      poison,
      increase('ann@private.example'),
    ]
    const defective = bench.start({ preload })
    await publish([increase('ann@private.example', { feedback_id: 'first' })])
    await collector.answered(1)
    await publish(
      messages.map((message, i) => ({ ...message, feedback_id: message.feedback_id ?? `message ${i}` })),
    )
    await says(defective, 'import: stopped by a defect')
    const sessions = () =>
      defective.lines.filter((line) => line.includes('consuming the import queue')).length
    await until(() => sessions() >= 3)
    // Liveness shows that the process continues; the waits grow, and the log of the defect contains no value.
    expect((await defective.get('/health/live')).status).toBe(200)
    // The message before the poison may have come in a separate batch; nothing passes the poison.
    expect([1, 2]).toContain(collector.replies.length)
    expect(await defective.stop()).toBe(0)

    const mended = bench.start()
    await collector.answered(4)
    expect(await mended.stop()).toBe(0)
    expect(await visitsOf('ann@private.example')).toBe(4)
    await bench.run('verify')
  })

  test('while the reply is made, says so and waits; nothing is skipped', async () => {
    const ids = ['first', 'poison when answered', 'last']
    const message = JSON.stringify(increase('ann@private.example'))
    await bench.publish(ids.map((correlationId) => ({ body: message, options: { correlationId } })))
    const defective = bench.start({ preload })
    await says(defective, 'replies: stopped by a defect')
    await bench.recorded(ids.length)
    expect(await defective.stop()).toBe(0)
    const answered = () => [...new Set(collector.replies.map(({ correlationId }) => correlationId))]
    expect(answered()).toEqual(ids.slice(0, answered().length))
    expect(answered()).not.toContain('poison when answered')

    const mended = bench.start()
    await collector.answered(ids.length)
    expect(answered()).toEqual(ids)
    expect(await mended.stop()).toBe(0)
    expect(await visitsOf('ann@private.example')).toBe(ids.length)
  })
})
