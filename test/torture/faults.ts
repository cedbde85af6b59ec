import { setTimeout as sleep } from 'node:timers/promises'
import type { PrivateBroker } from '../support/rabbitmq/private-broker.ts'
import type { Disk } from './disk.ts'
import type { Fault } from './fault-plan.ts'
import type { SupervisedService } from './supervised-service.ts'
import type { TcpProxy } from './tcp-proxy.ts'

/** Everything that can be made to fail. */
export interface Victims {
  readonly service: SupervisedService
  readonly broker: PrivateBroker
  readonly proxy: TcpProxy
  readonly disk: Disk
}

export const possible = ({ disk }: Victims, { kind }: Fault): boolean =>
  kind !== 'disk-full' || disk.manner !== undefined

/** Lets something fail, and mends it again; the service may still be on its way back when this resolves. */
export const inflict = async (victims: Victims, fault: Fault): Promise<void> => {
  const { service, broker, proxy, disk } = victims
  switch (fault.kind) {
    case 'service-killed':
      return service.kill(fault.downMs)
    case 'broker-killed':
      await broker.kill()
      await sleep(fault.downMs)
      return broker.start()
    case 'service-suspended':
      service.signal('SIGSTOP')
      await sleep(fault.ms)
      service.signal('SIGCONT')
      return
    case 'disk-full': {
      const pid = service.pid()
      await disk.fill(pid)
      await sleep(fault.ms / 2)
      // A limit belongs to the process, so that a new one would have none.
      if (fault.killed && disk.manner === 'mounted file system') await service.kill(0)
      await sleep(fault.ms / 2)
      return disk.relieve(pid)
    }
    case 'connection-cut':
      return proxy.cut()
    case 'connection-swallowed':
      proxy.swallow(fault.directions)
      await sleep(fault.ms)
      if (fault.killed) await service.kill(0)
      proxy.cut()
      return proxy.heal()
    case 'connection-slow':
      proxy.delay(fault.latencyMs)
      await sleep(fault.ms)
      return proxy.heal()
  }
}
