import { parseArgs } from 'node:util'
import { type ImportQueueType, importQueueTypes } from '../../../infrastructure/rabbitmq/import-queue.ts'

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

const usage = `usage: npm run torture -- [--minutes N] [--seed N] [--stack ${stacks.join('|')}]
                          [--queue-type ${importQueueTypes.join('|')}]

Kills, suspends and cuts off everything around the real service while messages arrive, and checks the results.
--minutes     how long faults occur; default 2
--seed        determines the messages and the faults; default random
--queue-type  the type of the import queue; default classic
--stack       embedded (default): one service with its stores in a folder, and a private RabbitMQ; production: two
              services that stand by for each other, on a private RabbitMQ, EventStoreDB and MongoDB. The servers are
              killed repeatedly, so those at RABBITMQ_URL, EVENTSTORE_URL and MONGODB_URL are never used.
`

/** Undefined after printing the usage. */
export const parseOptions = (): TortureOptions | undefined => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      stack: { type: 'string', default: 'embedded' },
      'queue-type': { type: 'string', default: 'classic' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return undefined
  }
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes <= 1440)) throw new Error('--minutes: a number above 0, up to 1440')
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed: a whole number from 0')
  const stack = stacks.find((name) => name === values.stack)
  if (stack === undefined) throw new Error(`--stack: ${stacks.join(' or ')}`)
  const queueType = importQueueTypes.find((name) => name === values['queue-type'])
  if (queueType === undefined) throw new Error(`--queue-type: ${importQueueTypes.join(' or ')}`)
  return { minutes, seed, stack, queueType }
}
