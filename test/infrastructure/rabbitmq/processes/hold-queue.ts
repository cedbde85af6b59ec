import { pino } from 'pino'
import { connectRabbitMq } from '../../../../infrastructure/rabbitmq/connection.ts'
import { rabbitMqSource } from '../../../../infrastructure/rabbitmq/source.ts'
import { systemChance } from '../../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../../infrastructure/system/system-clock.ts'
import { createTroubles } from '../../../../service/troubles.ts'

// A process to be killed or suspended: takes what is in the queue, acknowledges nothing, reports it and waits. On
// SIGUSR2 it reports whether it still owns the queue.
const [url = '', queue = ''] = process.argv.slice(2)
const { signal } = new AbortController()
const logger = pino({ level: 'silent' })
const connection = connectRabbitMq({
  url,
  name: 'holder',
  clock: systemClock,
  chance: systemChance,
  logger,
  troubles: createTroubles(systemClock, logger),
})
const shared = { prefetch: 100, maxMessageBytes: 1000, clock: systemClock, logger }
const source = rabbitMqSource({ connection, queue, queueType: 'classic', ...shared })
const session = await source.open(signal)
process.on('SIGUSR2', async () => {
  process.stdout.write(`owner: ${await session?.confirmOwnership()}\n`)
})
let held = 0
while (held < 50) held += (await session?.take(50, signal))?.length ?? 0
process.stdout.write(`holding ${held}\n`)
