import { runImporter } from '../application/importing/importer.ts'
import { runEventProcessor } from '../application/processing/run-event-processor.ts'
import { caughtUp } from '../application/until-projected.ts'
import { undeclared } from '../domain/definitions/undeclared.ts'
import type { JsonObject } from '../domain/json.ts'
import { defaultLimits } from '../domain/limits.ts'
import { systemChance } from '../infrastructure/system/system-chance.ts'
import { systemClock } from '../infrastructure/system/system-clock.ts'
import { systemIds } from '../infrastructure/system/system-ids.ts'
import { importsProjection } from '../projections/imports.ts'
import { profilesProjection } from '../projections/profiles.ts'
import { readModelProjector } from '../projections/read-model-projector.ts'
import { createWorkGroup } from '../service/work-group.ts'
import { listSource, type Message } from '../test/support/pipeline/pipeline.ts'
import type { BenchRun } from './bench-run.ts'
import { openCountedStores } from './counted-stores.ts'
import { creations, workload } from './messages.ts'
import type { Servers } from './servers.ts'

type Counts = Readonly<Record<string, number>>

/** The most that any batch, or any apply of a projection, has taken. */
export interface RoundTrips {
  /** By command and collection. */
  readonly lookups: Counts
  /** By stream, which is the database. */
  readonly appends: Counts
  /** By command and collection. */
  readonly bulk_writes: Counts
  /** Whether every count is at most one. */
  readonly kept: boolean
}

const base = 1000
const messages = 2000
/** A batch contains messages of each mode. */
const databases = [1, 2, 3]
const batchSize = 200

const ports = { clock: systemClock, chance: systemChance }

/** Runs the importer and the projections on the servers, and counts (not times) the round trips of a batch. */
export const countRoundTrips = async (run: BenchRun, servers: Servers): Promise<RoundTrips> => {
  if (servers.eventStore === undefined) throw new Error('round trips: no event store')
  run.progress('round trips: counting')
  const stores = await openCountedStores(servers, servers.eventStore.url)
  const { eventStore, profileDirectory, auditIndex, tallies } = stores
  const profiles = profilesProjection(() => undeclared, 'bench')
  const work = createWorkGroup()
  const onAcknowledged = () => {
    tallies.lookups.next()
    tallies.appends.next()
  }
  try {
    for (const projector of [
      readModelProjector(profiles, stores.profiles, eventStore),
      readModelProjector(importsProjection, stores.imports, eventStore),
    ]) {
      work.start((signal) => runEventProcessor(projector, eventStore, ports, observer, signal))
    }
    await runImporter(
      {
        source: listSource(someMessages(), { onAcknowledged }),
        ...{
          eventStore,
          directory: profileDirectory,
          auditIndex,
          ...ports,
          ids: systemIds,
          observer,
        },
      },
      {
        rules: { limits: defaultLimits, ambiguousMatch: 'oldest', definitionOf: () => undeclared },
        profilesVersion: profiles.version,
        batchSize,
        workingSetBatches: 50,
        redeliveries: undefined,
      },
      work.stopped,
    )
    const checkpoints = [() => profileDirectory.checkpoint(), () => auditIndex.checkpoint()]
    await caughtUp({ eventStore, checkpoints, clock: systemClock }, work.stopped)
  } finally {
    await work.end().finally(() => stores.close())
  }
  const [lookups, appends] = [tallies.lookups.most, tallies.appends.most]
  const applies = { ...tallies.importApplies.most, ...tallies.profileApplies.most }
  const bulk_writes = Object.fromEntries(Object.entries(applies).filter(([name]) => isBulkWrite.test(name)))
  const counts = [lookups, appends, bulk_writes].map((each) => Object.values(each))
  if (counts.some(({ length }) => length === 0)) throw new Error('round trips: nothing was counted')
  return { lookups, appends, bulk_writes, kept: counts.flat().every((count) => count <= 1) }
}

/** The other update of an apply moves the checkpoint. */
const isBulkWrite = /^update (profiles|imports)_\d+$/

const someMessages = (): ReadonlyArray<Message> =>
  [...creations(0, base), ...workload(messages, base)].flatMap((body, i) => {
    const message: JsonObject = JSON.parse(body.toString())
    return databases.map((db_id) => ({
      body: Buffer.from(JSON.stringify({ ...message, db_id })),
      properties: { message_id: `${db_id}-${i}` },
    }))
  })

/** Requires a run without trouble: retries would be counted twice. */
const unexpected = (...what: ReadonlyArray<unknown>) => {
  throw new Error(what.map(String).join(': '))
}

const observer = {
  imported: () => {},
  applied: () => {},
  conflicted: unexpected,
  appendUnknown: unexpected,
  replaysUnproven: unexpected,
  failed: unexpected,
  recovered: () => {},
  defect: unexpected,
}
