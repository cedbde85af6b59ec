import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { type BrokerBench, brokerBench } from '../../support/rabbitmq/broker-bench.ts'
import { type CliHome, cliHome, parsed } from '../../support/real-processes/cli.ts'

const url = inject('rabbitmqUrl') ?? ''

describe.skipIf(url === '')('send', () => {
  let bench: BrokerBench
  let home: CliHome
  beforeEach(async () => {
    bench = await brokerBench(url)
    home = cliHome()
    await bench.channel.assertQueue(bench.importQueue, { durable: true })
  })
  afterEach(() => bench.dispose())

  const sending = (input: string | Uint8Array, ...args: ReadonlyArray<string>) =>
    home.run(['send', ...args], { env: { RABBITMQ_URL: url, IMPORT_QUEUE: bench.importQueue }, input })
  /** The message ids and bodies in the queue. */
  const arrived = async () => {
    const { messageCount } = await bench.channel.checkQueue(bench.importQueue)
    const messages = await bench.collect(bench.importQueue, messageCount)
    return messages.map(({ properties, content }) => [properties.messageId, content.toString()])
  }

  test('publishes each line unchanged, with a new id', async () => {
    const { status, stdout, stderr } = await sending('\ufeff{"n":1}\r\n\n{"broken\n')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(parsed(stdout)).toEqual([{ sent: 2, queue: bench.importQueue }])
    const messages = await arrived()
    expect(messages.map(([, body]) => body)).toEqual(['\ufeff{"n":1}', '{"broken'])
    expect(new Set(messages.map(([id]) => id)).size).toBe(2)
    for (const [id] of messages) expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('is interrupted while it waits for more lines', async () => {
    const running = home.start(['send'], { RABBITMQ_URL: url, IMPORT_QUEUE: bench.importQueue })
    running.child.stdin.write('{"n":1}\n')
    const waiting = async () => (await bench.channel.checkQueue(bench.importQueue)).messageCount
    await expect.poll(waiting, { timeout: 30_000 }).toBe(1)
    const { status, stderr } = await running.kill('SIGINT')
    expect(status).toBe(1)
    expect(stderr).toMatch(/^error: interrupted: [01] messages? sent and confirmed, and up to 2000 after /)
  })

  test('takes the id from the line, after a byte order mark too', async () => {
    const lines = ['{"id":17}', '{"id":"17-b"}', '{"id":9007199254740991}']
    const { status, stdout } = await sending(`\ufeff${lines.join('\n')}`, '--message-id-from', 'id')
    expect({ status, printed: parsed(stdout) }).toEqual({
      status: 0,
      printed: [{ sent: 3, queue: bench.importQueue }],
    })
    expect((await arrived()).map(([id]) => id)).toEqual(['17', '17-b', '9007199254740991'])
  })

  test.each([
    ['{"id":9007199254740993}', 'id: must be text of 1 to 255 bytes, or a whole number within '],
    ['{"id":9007199254740991.4}', 'id: must be text of 1 to 255 bytes, or a whole number within '],
    ['{"id":null}', 'id: must be text of 1 to 255 bytes, or a whole number within '],
    ['{"no":1}', 'id: is missing'],
    ['{"id":1', 'message: must be JSON'],
  ])('ends at a line without an id, and says how many were sent: %s', async (line, problem) => {
    const input = `{"id":9007199254740991}\n\n${line}\n{"id":5}\n`
    const { status, stdout, stderr } = await sending(input, '--message-id-from', 'id')
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^error: line 3: [^\n]+ \(1 message sent before\)\n$/)
    expect(stderr).toContain(`line 3: ${problem}`)
    expect((await arrived()).map(([id]) => id)).toEqual(['9007199254740991'])
  })

  test('sends nothing when the first line has no id', async () => {
    const { status, stderr } = await sending('{}\n{"id":1}\n', '--message-id-from', 'id')
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'error: line 1: id: is missing\n' })
    expect(await arrived()).toEqual([])
  })

  test('counts everything sent before a line deep in a file', async () => {
    const lines = Array.from({ length: 5000 }, (_, id) => `{"id":${id}}`)
    const { status, stderr } = await sending([...lines, '{"id":1.5}'].join('\n'), '--message-id-from', 'id')
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^error: line 5001: .* \(5000 messages sent before\)\n$/),
    })
    expect(await arrived()).toHaveLength(5000)
  })
})
