import { dockerWorks } from '../../servers/docker.ts'
import { aptInstallRabbitMq, aptMayInstall } from './apt-install.ts'
import { startDockerBroker } from './docker-broker.ts'
import { installedServer, startInstalledBroker } from './installed-broker.ts'
import type { PrivateBroker, PrivateBrokerOptions } from './private-broker.ts'

export const howToGetRabbitMq =
  'no RabbitMQ for the tests: install rabbitmq-server, start Docker or set RABBITMQ_URL (SKIP_RABBITMQ=1 leaves these suites out)'

/** True if `startPrivateBroker` can work without installing anything. */
export const canStartPrivateBroker = async (): Promise<boolean> =>
  installedServer() !== undefined || (await dockerWorks())

/**
 * A started private broker: of an installed server, or else in Docker, or else installed with apt if that is allowed.
 */
export const startPrivateBroker = async (options: PrivateBrokerOptions = {}): Promise<PrivateBroker> => {
  if (installedServer() === undefined) {
    if (await dockerWorks()) return startDockerBroker(options)
    if (!aptMayInstall()) throw new Error(howToGetRabbitMq)
    aptInstallRabbitMq()
  }
  const server = installedServer()
  if (server === undefined) throw new Error(howToGetRabbitMq)
  return startInstalledBroker(server, options)
}
