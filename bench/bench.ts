import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideRabbitMq } from '../test/support/rabbitmq/server/provide-rabbitmq.ts'
import { workOffBacklog } from './backlog.ts'
import { type BenchRun, createWorkbench } from './bench-run.ts'
import { measureCeiling } from './ceiling.ts'
import { cpuOfBroker, cpuOfMongoDb } from './cpu.ts'
import { measureCrud } from './crud.ts'
import { measureImport } from './import.ts'
import { measureLatency } from './latency.ts'
import { measureLookup } from './lookup.ts'
import { type Measurement, parseOptions } from './options.ts'
import { measureReadCeiling } from './read-ceiling.ts'
import { measureRebuild } from './rebuild.ts'
import { countRoundTrips } from './round-trips.ts'
import { measureSearch } from './search.ts'
import { measureServerRebuild } from './server-rebuild.ts'
import { serverStores } from './server-stores.ts'
import { provideServers, type Servers } from './servers.ts'
import { measureStoreCeiling } from './store-ceiling.ts'
import { measureWhatIf } from './what-if.ts'

const { quick, stack, only, sizes: sizesOn } = parseOptions()
const broker = await provideRabbitMq()
const servers = stack === 'embedded' ? undefined : await provideServers(stack)
const real =
  servers === undefined
    ? undefined
    : {
        rabbitmq: true,
        ...(servers.eventStore && { eventstoredb: servers.eventStore.real }),
        mongodb: servers.mongodb.real,
      }
const { lookupProfiles, searchedImports, ...sizes } = sizesOn(
  real === undefined || Object.values(real).every(Boolean),
)
const folder = await mkdtemp(join(tmpdir(), 'profile-importer-bench-'))
const progress = (text: string) => process.stderr.write(`${text}\n`)
const cpuMeters = {
  broker: cpuOfBroker(broker.url),
  ...(servers && { mongod: cpuOfMongoDb(servers.mongodb.url) }),
}
const run: BenchRun = { ...createWorkbench(folder, broker.url, progress), sizes, cpuMeters }
const onServers = async <A>(
  name: Measurement,
  measure: (on: Servers) => Promise<A>,
): Promise<A | undefined> => (servers === undefined ? undefined : wanted(name, () => measure(servers)))

const once = <A>(measure: () => Promise<A>): (() => Promise<A>) => {
  let result: Promise<A> | undefined
  return () => {
    result ??= measure()
    return result
  }
}
const wanted = async <A>(name: Measurement, measure: () => A | Promise<A>): Promise<A | undefined> =>
  only.has(name) ? await measure() : undefined

/** Others start from the results of these, so they run even if they are not requested themselves. */
const serve = once(() =>
  workOffBacklog(run, sizes.queued, servers && (() => serverStores(run, servers, sizes.base))),
)
const imported = once(() => measureImport(run, sizes.base))

const rounded = (value: number | null | undefined, digits = 0) =>
  value == null ? undefined : Number(value.toFixed(digits))
const ratio = (part: number | undefined, whole: number | undefined) =>
  part === undefined || whole === undefined ? undefined : rounded(part / whole, 3)

try {
  const ceiling = await wanted('ceiling', () => measureCeiling(run))
  const crud = await onServers('crud', (on) => measureCrud(run, on))
  const served = await wanted('serve', serve)
  const import_ = (await wanted('import', imported))?.rate
  const storeCeiling = await wanted('store_ceiling', async () =>
    measureStoreCeiling(run, (await imported()).dataFolder),
  )
  const readCeiling = await wanted('read_ceiling', async () =>
    measureReadCeiling(run, (await imported()).dataFolder),
  )
  const rebuilt = await wanted('rebuild', async () => measureRebuild(run, (await imported()).dataFolder))
  const whatIf = await wanted('what_if', async () => measureWhatIf(run, (await imported()).dataFolder))
  const importLarge = (await wanted('import_large', () => measureImport(run, sizes.largeBase)))?.rate
  const latency = await wanted('latency', async () => measureLatency(run, (await serve()).rate / 2))
  const memory = await wanted('memory', () => workOffBacklog(run, sizes.backlog))
  const searched = await wanted('search', () => measureSearch(run, searchedImports))
  const serverRebuild = await onServers('server_rebuild', async (on) =>
    measureServerRebuild(run, await serverStores(run, on, 2 * sizes.base)),
  )
  const lookup = await onServers('lookup', (on) => measureLookup(run, on, lookupProfiles))
  const roundTrips = await onServers('round_trips', (on) => countRoundTrips(run, on))
  const result = {
    quick,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpus: cpus().length,
    cpu: cpus()[0]?.model,
    ...sizes,
    ceiling: rounded(ceiling),
    serve: rounded(served?.rate),
    serve_cpu_seconds: served?.cpu,
    serve_ratio: ratio(served?.rate, ceiling),
    store_ceiling: rounded(storeCeiling),
    import: rounded(import_),
    import_ratio: ratio(import_, storeCeiling),
    import_large: rounded(importLarge),
    import_large_ratio: ratio(importLarge, import_),
    what_if: rounded(whatIf),
    what_if_ratio: ratio(whatIf, whatIf && (await imported()).rate),
    read_ceiling: rounded(readCeiling),
    rebuild: rounded(rebuilt?.rate),
    rebuild_ratio: ratio(rebuilt?.rate, readCeiling),
    rebuild_folded: rounded(rebuilt?.foldRate),
    p50_ms: rounded(latency?.p50, 1),
    p99_ms: rounded(latency?.p99, 1),
    rss_mb: memory?.rss,
    rss_small_mb: served?.rss,
    anonymous_mb: memory?.anonymous,
    anonymous_small_mb: served?.anonymous,
    loop_delay_p99_ms: rounded(served?.loopDelayP99, 1),
    searched_imports: searched && searchedImports,
    search_ms: searched,
    ...(servers === undefined
      ? {}
      : {
          stack,
          real,
          crud: rounded(crud?.rate),
          crud_cpu_seconds: crud?.cpu,
          crud_ratio: ratio(served?.rate, crud?.rate),
          server_rebuild: serverRebuild,
          lookup_profiles: lookup && lookupProfiles,
          lookup_ms: lookup?.map((milliseconds) => rounded(milliseconds, 1)),
          lookup_ratio: ratio(lookup?.[1], lookup?.[0]),
          round_trips: roundTrips,
        }),
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  if (roundTrips?.kept === false) {
    progress('round trips: more than one of a kind')
    process.exitCode = 1
  }
} finally {
  await rm(folder, { recursive: true, force: true })
  await servers?.dispose()
  await broker.dispose()
}
