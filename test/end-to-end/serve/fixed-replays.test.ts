import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { ReplyCollector } from '../../support/rabbitmq/queues.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const count = 500
const changedSince = 100

const message = (n: number, data: object) =>
  JSON.stringify({ account_id: 1, db_id: 7, feedback_id: `f${n}`, email: `p${n}@private.example`, data })

describe.skipIf(rabbitmqUrl === undefined)('a group of refused messages', () => {
  let bench: ServiceBench
  let collector: ReplyCollector
  beforeEach(async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    collector = await bench.collect()
  })
  afterEach(() => bench?.dispose())

  const lines = async (...argv: ReadonlyArray<string>) =>
    (await bench.run(...argv)).map((line) => JSON.parse(line))
  const sending = (name: string, from: number, to: number, data: (n: number) => object) =>
    bench.publish(
      Array.from({ length: to - from }, (_, i) => {
        const n = from + i
        return { body: message(n, data(n)), options: { messageId: `${name}-${n}` } }
      }),
    )

  test('is fixed and resent through the broker, without overwriting what was imported since', async () => {
    const service = bench.start()
    await sending('wrong', 0, count, (n) => ({ _fname: n, number: n }))
    await sending('later', 0, changedSince, () => ({ number: -1 }))
    await collector.answered(count + changedSince)
    await until(async () => (await lines('refusals'))[0]?.count === count)
    const [group] = await lines('refusals')
    expect(group).toMatchObject({ reason: 'BadMember', member: 'data._fname', codes: [400] })

    const fix = ['--set', 'data._fname="Confidentia"']
    expect(await lines('replay', '--group', group.group, ...fix)).toMatchObject([
      { replayed: count, replayed_before: 0, not_json: 0, unfit: 0 },
    ])
    await collector.answered(2 * count + changedSince)
    const replies = collector.replies.slice(count + changedSince)
    expect(replies.every(({ body }) => (body as { error: number }).error === 0)).toBe(true)
    const verdicts = replies.map(({ verdict, options }) => `${verdict} ${options.headers?.left_alone}`)
    expect(verdicts.filter((each) => each === 'updated 1')).toHaveLength(changedSince)
    expect(verdicts.filter((each) => each === 'created undefined')).toHaveLength(count - changedSince)

    const find = ['find', '--account', '1', '--db', '7', '--email']
    expect(await lines(...find, 'p99@private.example')).toMatchObject([
      { fields: { _fname: 'Confidentia', number: -1 } },
    ])
    expect(await lines(...find, 'p100@private.example')).toMatchObject([{ fields: { number: 100 } }])
    const [, , replayed] = await lines('history', '--feedback-id', 'f0')
    expect(replayed).toMatchObject({
      fixes: [{ action: 'set', path: ['data', '_fname'], json: '"Confidentia"' }],
      left_alone: { fields: [{ field: 'number' }], subscriptions: [] },
    })
    expect(await lines('replay', '--group', group.group, ...fix)).toMatchObject([
      { replayed: 0, replayed_before: count },
    ])
    expect((await service.get('/metrics')).text).toContain('profile_importer_replay_marks_refused_total 0')
    expect(await service.stop()).toBe(0)
    await bench.run('verify')
  })
})
