import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from 'amqplib'
import { expect } from 'vitest'
import { type CliSettings, runCli } from '../../../demo/run-cli.ts'
import {
  type ImportQueueType,
  importQueueDeclaration,
} from '../../../infrastructure/rabbitmq/import-queue.ts'
import { collectReplies, publishTo, type ReplyCollector, type TestMessage } from '../rabbitmq/queues.ts'
import { deleteQueues, type QueuePair, uniqueQueues } from '../rabbitmq/unique-queues.ts'
import { until } from '../until.ts'
import { recordedCount, type StoreServers, type StoresPlace } from './recorded-events.ts'
import { type Service, type ServiceOptions, startService } from './service.ts'

export interface StartOptions extends Pick<ServiceOptions, 'argv' | 'preload'> {
  readonly settings?: CliSettings
  /** Another data folder than the bench's. */
  readonly dataFolder?: string
}

/** How `publish` and `collect` declare the queues, if the service has not declared them first. */
interface QueueDeclarations {
  readonly imports: Options.AssertQueue
  readonly results: Options.AssertQueue
}

/** A separate pair of queues and data folder, and services on them. */
export interface ServiceBench extends QueuePair, StoresPlace {
  readonly url: string
  readonly folder: string
  start(options?: StartOptions): Service
  publish(messages: Iterable<TestMessage>): Promise<void>
  collect(): Promise<ReplyCollector>
  /** Waits until the embedded log holds this many events. */
  recorded(events: number): Promise<void>
  /** Runs a command on the stores. Rejects if its exit status is not 0. */
  run(...argv: ReadonlyArray<string>): Promise<ReadonlyArray<string>>
  /**
   * Kills what still runs, ends the collectors, and deletes everything. Fails if a service has written anything from a
   * message, or the broker's password, into a log.
   */
  dispose(): Promise<void>
}

/** Found only in the bodies of the tests' messages; every email and name in them matches. */
const personalData = /@(example|private)\.|private\.example|Confidentia/

/** As the service declares them. */
const declarationsOf = (queueType: ImportQueueType): QueueDeclarations => ({
  imports: importQueueDeclaration(queueType),
  results: { durable: true, messageTtl: 86_400_000 },
})

export interface ServiceBenchOptions {
  readonly queueType?: ImportQueueType
  /** Queues that differ from those that the service declares. */
  readonly declarations?: QueueDeclarations
  /** The servers of stores that are not in the data folder. */
  readonly servers?: StoreServers
}

export const serviceBench = (url: string, options: ServiceBenchOptions = {}): ServiceBench => {
  const { queueType = 'classic', declarations = declarationsOf(queueType), servers = {} } = options
  const queues = uniqueQueues()
  const folder = mkdtempSync(join(tmpdir(), 'profile-importer-service-'))
  const dataFolder = join(folder, 'data')
  const services: Array<Service> = []
  const collectors: Array<ReplyCollector> = []
  const importQueue = { name: queues.importQueue, declaration: declarations.imports }
  const resultQueue = { name: queues.resultQueue, declaration: declarations.results }
  const settings = {
    ...servers,
    RABBITMQ_URL: url,
    IMPORT_QUEUE: queues.importQueue,
    IMPORT_QUEUE_TYPE: queueType,
    RESULT_QUEUE: queues.resultQueue,
    LOG_FILE: join(folder, 'job_server.log'),
  }
  return {
    ...queues,
    url,
    folder,
    dataFolder,
    servers,
    start: (options = {}) => {
      const service = startService({
        folder,
        dataFolder,
        ...options,
        settings: { ...settings, ...options.settings },
      })
      services.push(service)
      return service
    },
    publish: (messages) => publishTo(url, importQueue, messages),
    collect: async () => {
      const collector = await collectReplies(url, resultQueue)
      collectors.push(collector)
      return collector
    },
    recorded: (events) => until(async () => (await recordedCount(dataFolder)) >= events),
    run: (...argv) => runCli([...argv, '--data', dataFolder], { folder, settings }),
    dispose: async () => {
      await Promise.all(services.map((service) => service.kill()))
      // Some tests have removed the broker.
      await Promise.allSettled(collectors.map((collector) => collector.close()))
      await deleteQueues(url, queues.importQueue, queues.resultQueue)
      const logs = [
        ...services.flatMap((service) => service.lines),
        ...(existsSync(settings.LOG_FILE) ? readFileSync(settings.LOG_FILE, 'utf8').split('\n') : []),
      ]
      rmSync(folder, { recursive: true, force: true })
      const { username, password } = new URL(url)
      const secrets = (line: string) => personalData.test(line) || line.includes(`${username}:${password}@`)
      expect(logs.filter(secrets)).toEqual([])
    },
  }
}
