import { join } from 'node:path'
import type { Workbench } from '../../../bench/bench-run.ts'
import type { ServiceStores } from '../../../bench/serve.ts'
import { serverStores } from '../../../bench/server-stores.ts'
import { provideServers } from '../../../bench/servers.ts'
import { logFile, readModelFile } from '../../../infrastructure/sqlite/schema.ts'
import { startTcpProxy, type TcpProxy } from '../torture/tcp-proxy.ts'
import { holdWriteLock, type Rhythm } from './lock-holder.ts'
import type { Stack } from './options.ts'

/** Makes a store slow until it is stopped. */
export interface Trouble {
  readonly name: string
  begin(): Promise<() => Promise<void>>
}

/** The stores of the service, and what can slow them down. */
export interface Scene {
  /** Profiles that exist before the backlog. */
  readonly base: number
  readonly stores: ServiceStores
  readonly troubles: ReadonlyArray<Trouble>
  /** Whether the whole backlog is worked off in reasonable time. */
  readonly fast: boolean
  dispose(): Promise<void>
}

const contended: Rhythm = { held: 250, free: 50 }
/** Writes there gather, and then need the lock once. */
const nearlyLocked: Rhythm = { held: 3000, free: 50 }
/** Held for the whole phase, which is longer than a heartbeat may be missed. */
const locked: Rhythm = { held: 4_000_000, free: 0 }

const embedded = async (workbench: Workbench): Promise<Scene> => {
  const base = 100_000
  const dataFolder = await workbench.copyOfBase(base)
  const held = (name: string, file: string, rhythm: Rhythm): Trouble => ({
    name,
    begin: () => holdWriteLock(join(dataFolder, file), rhythm),
  })
  return {
    base,
    stores: { dataFolder, servers: {} },
    troubles: [
      held('log contended', logFile.name, contended),
      held('log locked', logFile.name, locked),
      held('read models contended', readModelFile.name, nearlyLocked),
    ],
    fast: true,
    dispose: async () => {},
  }
}

/** Milliseconds that every chunk of bytes takes to a slow server, and back. */
const delay = 500

const production = async (workbench: Workbench): Promise<Scene> => {
  const base = 4000
  const servers = await provideServers('production')
  const { dataFolder, servers: urls } = await serverStores(workbench, servers, base)
  const eventStore = await before(urls.EVENTSTORE_URL)
  const mongodb = await before(urls.MONGODB_URL)
  const slowed = (name: string, proxy: TcpProxy): Trouble => ({
    name,
    begin: async () => {
      proxy.delay(delay)
      return async () => proxy.heal()
    },
  })
  return {
    base,
    stores: { dataFolder, servers: { EVENTSTORE_URL: eventStore.url, MONGODB_URL: mongodb.url } },
    troubles: [slowed('event store slow', eventStore), slowed('read models slow', mongodb)],
    fast: servers.eventStore?.real === true && servers.mongodb.real,
    dispose: async () => {
      await Promise.all([eventStore.close(), mongodb.close()])
      await servers.dispose()
    },
  }
}

/** A proxy in front of the only local server that a URL names. */
const before = (url = ''): Promise<TcpProxy> => {
  if (!/^[^/]+:\/\/(?:[^/@]*@)?(?:localhost|127\.0\.0\.1):\d+/.test(url))
    throw new Error('the servers must be on this machine, and name a port')
  return startTcpProxy(url)
}

const scenes: Record<Stack, (workbench: Workbench) => Promise<Scene>> = { embedded, production }

export const openScene = (stack: Stack, workbench: Workbench): Promise<Scene> => scenes[stack](workbench)
