import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { importNdjson } from '../demo/import-ndjson.ts'
import type { Workbench } from './bench-run.ts'
import { creations } from './messages.ts'
import type { ServiceStores } from './serve.ts'
import type { Servers } from './servers.ts'

/** The base, imported into the log and a separate MongoDB database. */
export const serverStores = async (
  run: Workbench,
  servers: Servers,
  base: number,
): Promise<ServiceStores> => {
  const stores: ServiceStores = {
    dataFolder: await mkdtemp(join(run.folder, 'on-servers-')),
    servers: {
      ...(servers.eventStore && { EVENTSTORE_URL: servers.eventStore.url }),
      MONGODB_URL: servers.newDatabase().url,
    },
  }
  run.progress(`importing a base of ${base} profiles on the servers`)
  const file = await run.writeLines(creations(0, base))
  const replies = join(run.folder, 'replies-on-servers.ndjson')
  await importNdjson(run.folder, stores.dataFolder, file, replies, {
    settings: stores.servers,
    compiled: true,
  })
  return stores
}
