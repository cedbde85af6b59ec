import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { Crew } from './crew.ts'
import { prepareDisk } from './disk.ts'
import { embeddedDeck } from './fault-plan.ts'
import type { Servers } from './servers.ts'
import type { StackOptions, TortureStack } from './stack.ts'
import { tortureService } from './tortured-service.ts'

/** One service with its stores on a disk that can be full. */
export const embeddedStack = async ({
  folder,
  minutes,
  queueType,
  say,
}: StackOptions): Promise<TortureStack> => {
  const broker = await startPrivateBroker()
  const mount = join(folder, 'disk')
  const disk = await prepareDisk(mount, Math.ceil(512 + 200 * minutes))
  if (disk.manner !== 'mounted file system')
    say(
      `*** the disk is filled by: ${disk.manner ?? 'nothing, FAULT LEFT OUT (no mount and no prlimit here)'} ***`,
    )
  const dataFolder = join(mount, 'data')
  const servers: Servers = new Map([['rabbitmq', broker]])
  const crew = new Crew(await tortureService({ folder, dataFolder, name: 'service', servers, queueType }))
  return {
    broker,
    servers,
    crew,
    disk,
    deck: embeddedDeck(disk.manner !== undefined),
    stores: { dataFolder },
    pace: { perSecond: 400, ahead: 3000 },
    about: { diskFull: disk.manner ?? 'not possible here: left out' },
    dispose: async (keep) => {
      await crew.dispose()
      await broker.dispose()
      if (keep) await cp(mount, join(folder, 'kept'), { recursive: true })
      await disk.dispose()
    },
  }
}
