import { byReadModel } from '../../../../projections/registry.ts'
import type { Channel } from '../broker/channel.ts'
import { simReplySink } from '../broker/sim-reply-sink.ts'
import { simSource } from '../broker/sim-source.ts'
import { simEventStore } from '../log/sim-event-store.ts'
import { simAuditIndex } from '../read-model/sim-audit-index.ts'
import { simProfileDirectory } from '../read-model/sim-profile-directory.ts'
import { simProjectionStore } from '../read-model/sim-projection-store.ts'
import type { SimProcess } from '../world/process.ts'
import type { Random } from '../world/random.ts'
import type { Outside } from './outside.ts'
import { type Ports, projectionsOf } from './run-service.ts'
import type { Version } from './versions.ts'

export interface SimPortsOptions {
  readonly version: Version
  readonly queue: string
  readonly prefetch: number
  readonly onOpened: (channel: Channel) => void
}

/** The simulated outside as seen by one process. */
export const simPorts = (
  { broker, log, readModels }: Outside,
  process: SimProcess,
  random: Random,
  { version, queue, prefetch, onOpened }: SimPortsOptions,
): Ports => ({
  eventStore: simEventStore(log, process, random),
  directory: simProfileDirectory(readModels.profiles, process),
  auditIndex: simAuditIndex(readModels.imports, process),
  projectionStores: byReadModel<'store'>((name) => simProjectionStore(readModels[name], process)),
  source: simSource({ broker, queue, prefetch, process, onOpened }),
  sink: simReplySink(broker, process),
  projections: projectionsOf(version),
})
