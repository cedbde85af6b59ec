import { randomUUID } from 'node:crypto'
import { createWriteStream, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import type { ImportedFile } from './import-ndjson.ts'
import { exitOf, runCli, startCli } from './run-cli.ts'

/** Milliseconds without a reply after which something must be wrong. */
const patience = 15_000

/**
 * Starts `serve`, sends the file with `send`, collects the replies, stops the service. The queues are its own, and
 * deleted in the end, whatever happens.
 */
export const importOverRabbitMq = async (
  url: string,
  folder: string,
  dataFolder: string,
  file: string,
  repliesFile: string,
): Promise<ImportedFile> => {
  const id = randomUUID()
  const queues = { IMPORT_QUEUE: `demo-${id}`, RESULT_QUEUE: `demo-${id}-result` }
  const settings = { RABBITMQ_URL: url, HTTP_PORT: '0', ...queues }
  const model = await connect(url)
  // The connection may fail while nothing is awaited; what is awaited rejects by itself.
  model.on('error', () => {})
  const channel = await model.createChannel()
  channel.on('error', () => {})
  const serveLog = join(folder, 'serve.log')
  const service = startCli(['serve', '--data', dataFolder], {
    folder,
    settings,
    stdio: ['ignore', openSync(serveLog, 'w'), 'inherit'],
  })
  try {
    const [sent] = await runCli(['send', file], { folder, settings })
    const expected: number = JSON.parse(sent ?? '{}').sent
    const check = () => {
      if (service.exitCode !== null) throw new Error(`serve has ended, see ${serveLog}`)
    }
    await declared(model, queues.RESULT_QUEUE, check)
    return await collect(channel, queues.RESULT_QUEUE, expected, repliesFile, check)
  } finally {
    service.kill('SIGTERM')
    await exitOf(service)
    for (const queue of Object.values(queues)) await channel.deleteQueue(queue)
    await model.close()
  }
}

/** Waits until the service has declared its queue. */
const declared = async (model: ChannelModel, queue: string, check: () => void): Promise<void> => {
  for (;;) {
    check()
    // The broker closes a channel that asks for a missing queue.
    const channel = await model.createChannel()
    channel.on('error', () => {})
    const found = await channel.checkQueue(queue).then(
      () => true,
      () => false,
    )
    if (found) return channel.close()
    await sleep(100)
  }
}

const collect = async (
  channel: Channel,
  queue: string,
  expected: number,
  repliesFile: string,
  check: () => void,
): Promise<ImportedFile> => {
  const output = createWriteStream(repliesFile)
  let [replies, first, last] = [0, 0, performance.now()]
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return
      output.write(`${message.content}\n`)
      replies++
      last = performance.now()
      if (first === 0) first = last
    },
    { noAck: true },
  )
  while (replies < expected) {
    check()
    if (performance.now() - last > patience) throw new Error(`${replies} of ${expected} replies came`)
    await sleep(20)
  }
  await new Promise<void>((resolve) => output.end(() => resolve()))
  return { replies, rate: (1000 * (replies - 1)) / (last - first) }
}
