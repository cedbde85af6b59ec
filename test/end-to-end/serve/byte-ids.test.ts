import { connect } from 'amqplib'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { publishRaw, type RawProperties, shortText } from '../../support/rabbitmq/raw-message.ts'
import { recordedEvents } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { rawReceived } from './raw-received.ts'

const rabbitmqUrl = inject('rabbitmqUrl')

/** Two raw UUIDs that become the same text for a client that decodes them as UTF-8. */
const uuids = ['fe3bffe0a1b24c3d8e9f0a1b2c3d4e5f', 'fd3bffe0a1b24c3d8e9f0a1b2c3d4e5f'].map((hex) =>
  Buffer.from(hex, 'hex'),
)
const body = JSON.stringify({
  account_id: 1,
  db_id: 7,
  email: 'ann@private.example',
  data: { visits: { action: 'incr', value: 1 } },
})

describe.skipIf(rabbitmqUrl === undefined)('serve: ids that are bytes', () => {
  let bench: ServiceBench
  beforeEach(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterEach(() => bench?.dispose())

  /** The bytes received for the replies to these messages. */
  const repliesTo = async (properties: ReadonlyArray<RawProperties>): Promise<Buffer> => {
    await publishRaw(
      bench.url,
      bench.importQueue,
      properties.map((each) => ({ body, properties: each })),
    )
    const service = bench.start()
    await service.ready()
    const model = await connect(bench.url)
    const received = rawReceived(model)
    const channel = await model.createChannel()
    let replies = 0
    await channel.consume(bench.resultQueue, () => replies++, { noAck: true })
    await expect.poll(() => replies, { timeout: 30_000 }).toBe(properties.length)
    await model.close()
    expect(await service.stop()).toBe(0)
    return received()
  }
  const verdicts = async () => (await recordedEvents(bench)).map(({ event }) => event.type)

  test('two raw UUIDs are two imports even if their texts are the same, and each is done once', async () => {
    expect(uuids[0]?.toString()).toBe(uuids[1]?.toString())
    const once = uuids.map((uuid) => ({ messageId: shortText(uuid) }))
    const received = await repliesTo([...once, ...once])
    expect(await verdicts()).toEqual(['ProfileCreated', 'ProfileUpdated', 'ImportRepeated', 'ImportRepeated'])
    for (const uuid of uuids) expect(received.includes(shortText(uuid))).toBe(true)
    await bench.run('verify')
  })

  test('an app_id is distinguished in the same way', async () => {
    await repliesTo(uuids.map((uuid) => ({ messageId: shortText('m'), appId: shortText(uuid) })))
    expect(await verdicts()).toEqual(['ProfileCreated', 'ProfileUpdated'])
  })

  test('the reply has the same correlation_id byte for byte, even at maximum length', async () => {
    const ids = [Buffer.from([0xff]), Buffer.alloc(255, 0x80), Buffer.from('\ufffd'), Buffer.from([0, 0xc3])]
    const received = await repliesTo(
      ids.map((id, n) => ({ correlationId: shortText(id), messageId: shortText(`m${n}`) })),
    )
    for (const id of ids) expect(received.includes(shortText(id))).toBe(true)
  })
})
