import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { installPython } from '../support/python/python-package.ts'
import { waitingIn } from '../support/rabbitmq/queues.ts'
import { type ServiceBench, serviceBench } from '../support/real-processes/service-bench.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const pika = 'pika==1.3.2'

const python = (): string => {
  const found = installPython(pika)
  if (found === undefined)
    throw new Error(`the example in Python needs python3 with venv, and ${pika} from pip`)
  return found
}

describe.skipIf(rabbitmqUrl === undefined).each([
  ['producer.js', () => process.execPath],
  ['producer.py', python],
])('examples/%s', (file, interpreter) => {
  let bench: ServiceBench
  beforeEach(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterEach(() => bench.dispose())

  const produce = async (messageId: string) => {
    const { url: RABBITMQ_URL, importQueue: IMPORT_QUEUE, resultQueue: RESULT_QUEUE } = bench
    const env = { ...process.env, RABBITMQ_URL, IMPORT_QUEUE, RESULT_QUEUE }
    const { stdout } = await promisify(execFile)(interpreter(), [`examples/${file}`, messageId], { env })
    const [, id, verdict, body] = /^(\S+) (\S+) (.*)\n$/.exec(stdout) ?? []
    return { id, verdict, body: JSON.parse(body ?? 'null') }
  }

  test('sends a message and reads its reply; sent again, it is a duplicate', async () => {
    const service = bench.start()
    await service.ready()
    const first = await produce('order-1')
    expect(first).toMatchObject({
      id: 'order-1',
      verdict: 'created',
      body: { error: 0, feedback_id: expect.stringMatching(/^order-100[12]$/), matching_field: 'email' },
    })
    expect(await produce('order-1')).toMatchObject({ verdict: 'duplicate', body: first.body })
    expect(await produce('order-2')).toMatchObject({ verdict: 'unchanged', body: first.body })
    expect(await waitingIn(bench.url, bench.resultQueue)).toBe(0)
    expect(await service.stop()).toBe(0)
  })

  test('fails if nothing has declared the queue', async () => {
    await expect(produce('order-1')).rejects.toThrow(/has no queue|UnroutableError/)
  })
})
