import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { docker, dockerOutput } from '../../servers/docker.ts'
import { freePort } from '../../servers/free-port.ts'
import { guardAgainstOrphans } from '../../servers/orphan-guard.ts'
import { awaitBroker } from './await-broker.ts'
import type { PrivateBroker, PrivateBrokerOptions } from './private-broker.ts'
import { syncExpression } from './private-broker.ts'

const image = 'rabbitmq:4'

/** A private broker in a container, started. */
export const startDockerBroker = async (options: PrivateBrokerOptions = {}): Promise<PrivateBroker> => {
  const name = `profile-importer-test-${randomUUID()}`
  const folder = await mkdtemp(join(tmpdir(), 'profile-importer-rabbitmq-'))
  const [port, tlsPort] = [await freePort(), await freePort()]
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const configuration = join(folder, '90-test.conf')
  await writeFile(configuration, options.tls === undefined ? '' : tlsConfiguration)
  await Promise.all([chmod(folder, 0o755), chmod(configuration, 0o644)])
  const mounts = [
    [configuration, '/etc/rabbitmq/conf.d/90-test.conf'],
    ...(options.tls === undefined
      ? []
      : [
          [options.tls.caFile, '/tls/ca.pem'],
          [options.tls.certFile, '/tls/cert.pem'],
          [options.tls.keyFile, '/tls/key.pem'],
        ]),
  ].flatMap(([from, to]) => ['-v', `${from}:${to}:ro`])
  const callOff = guardAgainstOrphans('docker rm -f "$0"; rm -rf "$1"', name, folder)
  const ready = () => awaitBroker(url, () => undefined)
  const start = async () => {
    await docker('start', name)
    await ready()
  }
  const broker: PrivateBroker = {
    url,
    ...(options.tls === undefined ? {} : { tlsUrl: `amqps://guest:guest@localhost:${tlsPort}` }),
    start,
    stop: () => docker('stop', name),
    kill: () => docker('kill', name),
    suspend: () => docker('pause', name),
    resume: () => docker('unpause', name),
    restart: async () => {
      await docker('stop', name)
      await start()
    },
    syncDeclarations: () => docker('exec', name, 'rabbitmqctl', 'eval', syncExpression),
    control: (...argv) => dockerOutput('exec', name, 'rabbitmqctl', ...argv),
    dispose: async () => {
      await docker('rm', '-f', '-v', name)
      await rm(folder, { recursive: true, force: true })
      callOff()
    },
  }
  await docker(
    'run',
    '-d',
    '--name',
    name,
    '--hostname',
    'test',
    '-p',
    `127.0.0.1:${port}:5672`,
    '-p',
    `127.0.0.1:${tlsPort}:5671`,
    ...mounts,
    image,
  )
  await ready().catch(async (error: unknown) => {
    await broker.dispose()
    throw error
  })
  return broker
}

const tlsConfiguration = `listeners.ssl.default = 5671
ssl_options.cacertfile = /tls/ca.pem
ssl_options.certfile = /tls/cert.pem
ssl_options.keyfile = /tls/key.pem
`
