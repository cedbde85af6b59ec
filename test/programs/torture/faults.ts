import { setTimeout as sleep } from 'node:timers/promises'
import type { Crew, Whom } from './crew.ts'
import type { Disk } from './disk.ts'
import type { Fault } from './fault-plan.ts'
import type { Server, ServerName, Servers } from './servers.ts'
import type { TcpProxy } from './tcp-proxy.ts'

/** Everything that can be made to fail. */
export interface Victims {
  readonly crew: Crew
  readonly servers: Servers
  readonly disk: Disk
}

/**
 * Makes something fail, then mends it; the services may still be recovering when this resolves. Resolves with what
 * should have happened meanwhile but did not, if anything.
 */
export const inflict = async (victims: Victims, fault: Fault): Promise<string | undefined> => {
  const { crew, servers, disk } = victims
  switch (fault.kind) {
    case 'service-killed':
      await Promise.all(crew.members(fault.whom).map((each) => each.kill(fault.downMs)))
      return undefined
    case 'server-killed': {
      const server = serverOf(servers, fault.server)
      await server.kill()
      await sleep(fault.downMs)
      await server.start()
      return undefined
    }
    case 'service-suspended':
      return suspend(crew, fault.ms)
    case 'disk-full': {
      const { owner } = crew
      const pid = owner.pid()
      await disk.fill(pid)
      await sleep(fault.ms / 2)
      // The limit applies to one process, so a new one would have none.
      if (fault.killed && disk.manner === 'mounted file system') await owner.kill(0)
      await sleep(fault.ms / 2)
      await disk.relieve(pid)
      return undefined
    }
    case 'connection-cut':
      for (const proxy of proxiesOf(crew, fault)) proxy.cut()
      return undefined
    case 'connection-swallowed': {
      const [struck, proxies] = [crew.members(fault.whom), proxiesOf(crew, fault)]
      for (const proxy of proxies) proxy.swallow(fault.directions)
      await sleep(fault.ms)
      if (fault.killed) await Promise.all(struck.map((each) => each.kill(0)))
      for (const proxy of proxies) {
        proxy.cut()
        proxy.heal()
      }
      return undefined
    }
    case 'connection-slow': {
      const proxies = proxiesOf(crew, fault)
      for (const proxy of proxies) proxy.delay(fault.latencyMs)
      await sleep(fault.ms)
      for (const proxy of proxies) proxy.heal()
      return undefined
    }
  }
}

const suspend = async (crew: Crew, ms: number): Promise<string | undefined> => {
  const [{ owner }, standby] = [crew, crew.members('standby')]
  const from = Date.now()
  owner.signal('SIGSTOP')
  await sleep(ms)
  const taken = standby.some(({ owned }) => owned.some((at) => at > from))
  owner.signal('SIGCONT')
  return taken || standby.length === 0 ? undefined : 'nobody takes over'
}

const serverOf = (servers: Servers, name: ServerName): Server => {
  const server = servers.get(name)
  if (server === undefined) throw new Error(`no ${name} in this stack`)
  return server
}

/** The proxies to the server, of the services that are affected. */
const proxiesOf = (
  crew: Crew,
  { server, whom }: { readonly server: ServerName; readonly whom: Whom },
): ReadonlyArray<TcpProxy> => crew.members(whom).flatMap(({ proxies }) => proxies.get(server) ?? [])
