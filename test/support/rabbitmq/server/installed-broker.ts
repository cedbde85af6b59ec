import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../servers/free-port.ts'
import { guardAgainstOrphans } from '../../servers/orphan-guard.ts'
import { awaitBroker } from './await-broker.ts'
import type { PrivateBroker, PrivateBrokerOptions } from './private-broker.ts'
import { syncExpression } from './private-broker.ts'

/** The server's own script; Debian's /usr/sbin/rabbitmq-server requires root and its own user, so it comes last. */
export const installedServer = (): string | undefined =>
  [
    '/usr/lib/rabbitmq/bin',
    ...(process.env.PATH ?? '').split(delimiter),
    '/opt/homebrew/sbin',
    '/usr/local/sbin',
  ]
    .map((folder) => join(folder, 'rabbitmq-server'))
    .find((path) => existsSync(path))

/** A private broker of the installed server, started. Works as any user and without epmd. */
export const startInstalledBroker = async (
  server: string,
  options: PrivateBrokerOptions = {},
): Promise<PrivateBroker> => {
  const folder = await mkdtemp(join(tmpdir(), 'profile-importer-rabbitmq-'))
  const [port, distributionPort, tlsPort] = [await freePort(), await freePort(), await freePort()]
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const logFile = join(folder, 'output.log')
  await mkdir(join(folder, 'home'))
  await writeFile(join(folder, 'enabled_plugins'), '[].\n')
  await writeFile(join(folder, 'rabbitmq.conf'), configuration(tlsPort, options))
  const env = environment(folder, port, distributionPort)
  let beam: ChildProcess | undefined

  const start = async () => {
    const log = await open(logFile, 'a')
    // In a separate process group, so that Ctrl-C does not reach it and all of it can be killed at once.
    const child = spawn(server, [], { env, cwd: folder, detached: true, stdio: ['ignore', log.fd, log.fd] })
    await log.close()
    child.on('error', () => {})
    child.unref()
    beam = child
    const callOff = guardAgainstOrphans(endAndRemove, String(child.pid), folder)
    child.once('exit', callOff)
    await awaitBroker(url, () => (running(child) ? undefined : `it ended at once, see ${logFile}`))
  }
  const end = async (signal: NodeJS.Signals) => {
    const child = beam
    if (child?.pid === undefined || !running(child)) return
    const exited = once(child, 'exit')
    child.ref()
    process.kill(-child.pid, signal)
    await exited
  }
  const signal = async (name: NodeJS.Signals) => {
    if (beam?.pid !== undefined) process.kill(-beam.pid, name)
  }
  const control = async (...argv: ReadonlyArray<string>) => {
    const { stdout } = await promisify(execFile)(join(dirname(server), 'rabbitmqctl'), [...argv], { env })
    return stdout
  }
  const broker: PrivateBroker = {
    url,
    ...(options.tls === undefined ? {} : { tlsUrl: `amqps://guest:guest@localhost:${tlsPort}` }),
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    suspend: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    restart: async () => {
      await end('SIGTERM')
      await start()
    },
    syncDeclarations: async () => {
      await control('eval', syncExpression)
    },
    control,
    dispose: async () => {
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await start()
  } catch (error) {
    const output = await readFile(logFile, 'utf8').catch(() => '')
    await broker.dispose()
    throw new Error(`${String(error)}\n${output.slice(-2000)}`)
  }
  return broker
}

/** Kills the process group, then removes the folder; dying processes may still write into it for a moment. */
const endAndRemove = 'kill -s KILL -- "-$0"; until rm -rf "$1"; do sleep 1; done'

const running = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null

const configuration = (tlsPort: number, { tls }: PrivateBrokerOptions): string =>
  [
    'log.console = false',
    'disk_free_limit.absolute = 10MB',
    ...(tls === undefined
      ? []
      : [
          `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
          `ssl_options.cacertfile = ${tls.caFile}`,
          `ssl_options.certfile = ${tls.certFile}`,
          `ssl_options.keyfile = ${tls.keyFile}`,
        ]),
    '',
  ].join('\n')

const environment = (folder: string, port: number, distributionPort: number): NodeJS.ProcessEnv => {
  const node = `test${port}@localhost`
  const noEpmd = `-start_epmd false -erl_epmd_port ${distributionPort}`
  const loopback = '-kernel inet_dist_use_interface {127,0,0,1}'
  const range = `-kernel inet_dist_listen_min ${distributionPort} -kernel inet_dist_listen_max ${distributionPort}`
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: join(folder, 'home'),
    // Makes the script become the Erlang machine instead of its parent, so that signals reach it.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_NODENAME: node,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    // A node whose name and port are known from the start does not use epmd, which would outlive it and listen
    // everywhere.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-noinput -sname ${node} ${noEpmd} ${loopback} ${range}`,
    RABBITMQ_CTL_ERL_ARGS: `${noEpmd} -dist_listen false`,
  }
}
