import { type RabbitMqPublisher, rabbitMqPublisher } from '../rabbitmq/import-publisher.ts'
import { type BrokerConfig, connectBroker } from '../service/broker.ts'
import { systemClock } from '../system/system-clock.ts'
import { CommandFailed, quietLoggerOf } from './command-context.ts'
import { stopSignal } from './stop-signal.ts'

/** Publishes to the import queue; an interrupt ends it. @throws CommandFailed then */
export const publishingImports = async <A>(
  config: BrokerConfig,
  use: (publisher: RabbitMqPublisher) => Promise<A>,
): Promise<A> => {
  const log = quietLoggerOf(config)
  const connection = connectBroker({ config, clock: systemClock, random: Math.random, log }, 'send')
  const publisher = rabbitMqPublisher({
    connection,
    queue: config.IMPORT_QUEUE,
    queueType: config.IMPORT_QUEUE_TYPE,
    clock: systemClock,
    log,
  })
  const stop = stopSignal(() => publisher.close())
  try {
    return await use(publisher)
  } catch (error) {
    throw stop.aborted ? new CommandFailed('interrupted: a part of the messages may have been sent') : error
  } finally {
    publisher.close()
    await connection.close()
  }
}
