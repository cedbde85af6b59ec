import { Option } from 'commander'
import { type ImportQueueType, importQueueTypes } from '../../../infrastructure/rabbitmq/import-queue.ts'
import { numberWithin, program, wholeNumberFrom } from '../../support/program.ts'

const stacks = ['embedded', 'production'] as const

export interface TortureOptions {
  /** How long faults occur; start, recovery and checks take additional time. */
  readonly minutes: number
  /** Determines every message and every fault. */
  readonly seed: number
  readonly stack: (typeof stacks)[number]
  /** Of the import queue. */
  readonly queueType: ImportQueueType
}

export const parseOptions = (): TortureOptions =>
  program(
    'torture',
    'Kills, suspends and cuts off everything around the real service while messages arrive, and checks the results.',
  )
    .option('--minutes <n>', 'how long faults occur', numberWithin(0.01, 1440), 2)
    .addOption(
      new Option('--seed <n>', 'determines the messages and the faults')
        .argParser(wholeNumberFrom(0))
        .default(Math.floor(Math.random() * 1_000_000), 'random'),
    )
    .addOption(
      new Option(
        '--stack <name>',
        'embedded: one service with its stores in a folder, and a private RabbitMQ; production: two services that ' +
          'stand by for each other, on a private RabbitMQ, EventStoreDB and MongoDB. The servers are killed ' +
          'repeatedly, so those at RABBITMQ_URL, EVENTSTORE_URL and MONGODB_URL are never used',
      )
        .choices(stacks)
        .default('embedded'),
    )
    .addOption(
      new Option('--queue-type <type>', 'the type of the import queue')
        .choices(importQueueTypes)
        .default('classic'),
    )
    .parse()
    .opts<TortureOptions>()
