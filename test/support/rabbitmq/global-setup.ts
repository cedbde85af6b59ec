import type { TestProject } from 'vitest/node'
import { provideRabbitMq } from './server/provide-rabbitmq.ts'
import { canStartPrivateBroker } from './server/start-private-broker.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined if the RabbitMQ suites are skipped. */
    rabbitmqUrl: string | undefined
    /** Whether tests can start brokers that they may kill. */
    rabbitmqPrivate: boolean
  }
}

/** Vitest's global setup: one broker for all test files. The summary reporter lists skipped tests. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  if (process.env.SKIP_RABBITMQ === '1') {
    project.provide('rabbitmqUrl', undefined)
    project.provide('rabbitmqPrivate', false)
    return async () => {}
  }
  const { url, dispose } = await provideRabbitMq()
  const canKill = await canStartPrivateBroker()
  if (!canKill && process.env.CI === 'true') {
    throw new Error('the tests that kill a broker need rabbitmq-server or Docker besides RABBITMQ_URL')
  }
  project.provide('rabbitmqUrl', url)
  project.provide('rabbitmqPrivate', canKill)
  return dispose
}
