import { createTroubles } from '../../service/troubles.ts'
import { type BrokerConfig, connectBroker } from '../composition-root/broker.ts'
import { type ImportMessage, maxPending, rabbitMqPublisher } from '../rabbitmq/import-publisher.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, quietLoggerOf } from './command-context.ts'
import { say } from './output.ts'
import { stopSignal } from './stop-signal.ts'

/**
 * Publishes to the import queue, and resolves with the number of messages. If it ends early, it reports how many were
 * sent.
 * @throws CommandFailed after an interrupt; otherwise what `messages` or the publisher throws
 */
export const publishImports = async (
  config: BrokerConfig,
  messages: AsyncIterable<ImportMessage>,
): Promise<number> => {
  const logger = quietLoggerOf(config)
  const troubles = createTroubles(systemClock, logger)
  const connection = connectBroker(
    { config, clock: systemClock, chance: systemChance, logger, troubles },
    'send',
  )
  const publisher = rabbitMqPublisher({
    connection,
    queue: config.IMPORT_QUEUE,
    queueType: config.IMPORT_QUEUE_TYPE,
    clock: systemClock,
    logger,
  })
  const stop = stopSignal(() => publisher.close())
  let sent = 0
  try {
    return await publisher.send(messages, (count) => {
      sent = count
    })
  } catch (error) {
    const told = `${counted(sent, 'message')} sent`
    if (stop.aborted)
      throw new CommandFailed(
        `interrupted: ${told} and confirmed, and up to ${maxPending} after ${sent === 1 ? 'it' : 'them'} possibly sent`,
      )
    // Only `messages` throws this error, and everything that it yielded before has been sent.
    if (error instanceof CommandFailed && sent > 0)
      throw new CommandFailed(`${error.message} (${told} before)`)
    if (!(error instanceof CommandFailed)) say(`${told}, possibly more`)
    throw error
  } finally {
    publisher.close()
    await connection.close()
  }
}
