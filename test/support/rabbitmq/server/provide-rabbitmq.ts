import { startPrivateBroker } from './start-private-broker.ts'

export interface RabbitMqProvision {
  readonly url: string
  /** Ends the broker if it is private. */
  dispose(): Promise<void>
}

/** The broker at RABBITMQ_URL (use `uniqueQueues` there), or else a private one. */
export const provideRabbitMq = async (): Promise<RabbitMqProvision> => {
  const url = process.env.RABBITMQ_URL
  return url === undefined || url === '' ? startPrivateBroker() : { url, dispose: async () => {} }
}
