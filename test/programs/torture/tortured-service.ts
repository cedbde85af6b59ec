import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CliSettings } from '../../../demo/run-cli.ts'
import type { ImportQueueType } from '../../../infrastructure/rabbitmq/import-queue.ts'
import { freePort } from '../../support/servers/free-port.ts'
import { type ServerName, type Servers, settingOf } from './servers.ts'
import { type SupervisedService, superviseService } from './supervised-service.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** A service that reaches every server through a separate proxy. */
export interface TorturedService extends SupervisedService {
  readonly proxies: ReadonlyMap<ServerName, TcpProxy>
  /** The file for everything that it logs. */
  readonly logFiles: ReadonlyArray<string>
}

export interface TorturedServiceOptions {
  /** The service works in this folder, and its log is written there. */
  readonly folder: string
  readonly dataFolder: string
  readonly name: string
  readonly servers: Servers
  readonly queueType: ImportQueueType
}

/** Ready to be started. */
export const tortureService = async (options: TorturedServiceOptions): Promise<TorturedService> => {
  const { folder, dataFolder, name, servers, queueType } = options
  await mkdir(dataFolder, { recursive: true })
  const proxies = new Map<ServerName, TcpProxy>()
  const urls: Array<CliSettings> = []
  for (const [server, { url }] of servers) {
    const proxy = await startTcpProxy(url)
    const proxied = new URL(proxy.url)
    // Short, so that the broker drops a suspended service before it wakes up.
    if (server === 'rabbitmq') proxied.searchParams.set('heartbeat', '4')
    proxies.set(server, proxy)
    urls.push({ [settingOf[server]]: proxied.href })
  }
  const settings = {
    ...Object.assign({}, ...urls),
    IMPORT_QUEUE_TYPE: queueType,
    // Small batches, for more critical moments.
    BATCH_SIZE: '50',
    HTTP_PORT: String(await freePort()),
  }
  const logFile = join(folder, `${name}.log`)
  const service = superviseService({ folder, dataFolder, logFile, settings })
  return {
    ...service,
    proxies,
    logFiles: [logFile, join(dataFolder, 'job_server.log')],
    dispose: async () => {
      await service.dispose()
      for (const proxy of proxies.values()) await proxy.close()
    },
  }
}
