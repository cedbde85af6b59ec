import type { Chance } from '../../application/ports/chance.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { MeetsTroubles } from '../../application/ports/troubles.ts'
import type { Config } from '../config/load-config.ts'
import type { Logger } from '../log/logger.ts'
import { connectRabbitMq, type RabbitMqConnection } from '../rabbitmq/connection.ts'

export type BrokerConfig = Config & { readonly RABBITMQ_URL: string }

export interface BrokerOptions {
  readonly config: BrokerConfig
  readonly clock: Clock
  readonly chance: Chance
  readonly logger: Logger
  readonly troubles: MeetsTroubles
}

export const connectBroker = (options: BrokerOptions, name: string): RabbitMqConnection => {
  const { config, clock, chance, logger, troubles } = options
  return connectRabbitMq({
    url: config.RABBITMQ_URL,
    ...(config.RABBITMQ_CA_FILE === undefined ? {} : { caFile: config.RABBITMQ_CA_FILE }),
    name,
    clock,
    chance,
    logger,
    troubles,
  })
}
