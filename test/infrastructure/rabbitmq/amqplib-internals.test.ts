import { Socket } from 'node:net'
import { type ChannelModel, connect, type Message } from 'amqplib'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { type ConnectionInternals, internalsOf } from '../../../infrastructure/rabbitmq/amqplib-internals.ts'
import { type BrokerBench, brokerBench } from '../../support/rabbitmq/broker-bench.ts'

const url = inject('rabbitmqUrl') ?? ''
const heartbeat = Buffer.from([8, 0, 0, 0, 0, 0, 0, 0xce])

describe('a connection with other internals', () => {
  test('is refused', () => {
    const made = (connection: object) => () => internalsOf({ connection } as unknown as ChannelModel)
    const known = {
      rest: Buffer.alloc(0),
      recvFrame: () => {},
      stream: new Socket(),
      channels: [],
      sendMessage: () => true,
    }
    expect(made(known)).not.toThrow()
    for (const name of Object.keys(known)) {
      expect(made({ ...known, [name]: undefined })).toThrow('this version of amqplib')
    }
  })
})

describe.skipIf(url === '')('a connection of amqplib', () => {
  let bench: BrokerBench
  let model: ChannelModel
  let internals: ConnectionInternals
  beforeEach(async () => {
    bench = await brokerBench(url)
    await bench.channel.assertQueue(bench.importQueue, { durable: true })
    model = await connect(url)
    internals = internalsOf(model)
  })
  afterEach(async () => {
    await model.close()
    await bench.dispose()
  })

  test('takes a frame off the received bytes with recvFrame, and leaves the following bytes', () => {
    internals.rest = Buffer.concat([heartbeat, heartbeat.subarray(0, 3)])
    expect(internals.recvFrame()).toEqual({ channel: 0 })
    expect(internals.rest).toEqual(heartbeat.subarray(0, 3))
    expect(internals.recvFrame()).toBe(false)
    internals.rest = Buffer.alloc(0)
  })

  test('takes a frame off before it fails to decode it', () => {
    const undecodable = Buffer.from([1, 0, 0, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff, 0xce])
    internals.rest = Buffer.concat([undecodable, heartbeat])
    expect(() => internals.recvFrame()).toThrow()
    expect(internals.rest).toEqual(heartbeat)
    internals.rest = Buffer.alloc(0)
  })

  test('calls a replaced recvFrame for every delivery', async () => {
    const frames: Array<unknown> = []
    const receive = internals.recvFrame.bind(internals)
    internals.recvFrame = () => {
      const frame = receive()
      frames.push(frame)
      return frame
    }
    const channel = await model.createChannel()
    const bodies: Array<Buffer> = []
    await channel.consume(bench.importQueue, (message) => message && bodies.push(message.content), {
      noAck: true,
    })
    await bench.put(bench.importQueue, ['one', 'two'])
    await expect.poll(() => bodies.length).toBe(2)
    for (const content of bodies) expect(frames).toContainEqual(expect.objectContaining({ content }))
  })

  test('sends every byte through a replaced stream.write, with nothing but the chunk', async () => {
    const { stream } = internals
    if (!(stream instanceof Socket)) throw new Error('not a socket')
    const calls: Array<Array<unknown>> = []
    const { write } = stream
    stream.write = (...argv: Array<unknown>) => {
      calls.push(argv)
      return Reflect.apply(write, stream, argv)
    }
    const before = stream.bytesWritten
    const channel = await model.createConfirmChannel()
    for (const size of [10, 10_000, 1_000_000]) {
      channel.publish('', bench.importQueue, Buffer.alloc(size, 'x'))
    }
    await channel.waitForConfirms()
    expect(calls.filter((argv) => argv.length !== 1 || !Buffer.isBuffer(argv[0]))).toEqual([])
    const sent = Buffer.concat(calls.map(([chunk]) => chunk as Buffer))
    expect(sent.length).toBeGreaterThan(1_010_010)
    expect(stream.bytesWritten - before).toBe(sent.length)
  })

  test('acknowledges by the tag only', async () => {
    await bench.put(bench.importQueue, ['one'])
    const channel = await model.createChannel()
    const message = await channel.get(bench.importQueue)
    if (message === false) throw new Error('no message')
    const read: Array<PropertyKey> = []
    const noting = <A extends object>(target: A): A =>
      new Proxy(target, {
        get: (object, name, receiver) => {
          read.push(name)
          return Reflect.get(object, name, receiver)
        },
      })
    const noted: Message = noting({ ...message, fields: noting(message.fields) })
    channel.ack(noted)
    await channel.close()
    expect(read).toEqual(['fields', 'deliveryTag'])
    expect((await bench.channel.checkQueue(bench.importQueue)).messageCount).toBe(0)
  })
})

describe.skipIf(url === '')('a connection of the program', () => {
  test('sends what is published in one go in few writes to the socket', async () => {
    const bench = await brokerBench(url)
    await bench.channel.assertQueue(bench.importQueue, { durable: true })
    const model = await bench.connection('test').opened(new AbortController().signal)
    if (model === undefined) throw new Error('not connected')
    const channel = await model.createConfirmChannel()
    const { stream } = internalsOf(model)
    let writes = 0
    for (const name of ['_write', '_writev'] as const) {
      const write = Reflect.get(stream, name) as (...argv: Array<unknown>) => unknown
      Reflect.set(stream, name, (...argv: Array<unknown>) => {
        writes += 1
        return Reflect.apply(write, stream, argv)
      })
    }
    for (let i = 0; i < 100; i++) channel.publish('', bench.importQueue, Buffer.from('{}'))
    await channel.waitForConfirms()
    expect(writes).toBeLessThan(10)
    await bench.dispose()
  })
})
