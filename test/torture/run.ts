import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { seededRandom } from '../../demo/random.ts'
import { buildRules } from '../support/builders.ts'
import { freePort } from '../support/rabbitmq/free-port.ts'
import type { PrivateBroker } from '../support/rabbitmq/private-broker.ts'
import { readingStores } from '../support/recorded-events.ts'
import type { Disk } from './disk.ts'
import { startFeeder } from './feeder.ts'
import type { TortureOptions } from './options.ts'
import { judge } from './oracle.ts'
import { collectAllReplies } from './reply-ledger.ts'
import { type Report, reportOf } from './report.ts'
import { checkLogs, restartChangesNothing, settle, verify } from './settle.ts'
import { storm } from './storm.ts'
import { superviseService } from './supervised-service.ts'
import { startTcpProxy } from './tcp-proxy.ts'
import { Violations } from './violations.ts'

export interface Scene {
  readonly broker: PrivateBroker
  readonly disk: Disk
  /** The service works here, and its log is written here. */
  readonly folder: string
  readonly dataFolder: string
  /** Tells how far it is. */
  readonly say: (text: string) => void
}

const importQueue = { name: 'database_import', declaration: { durable: true } }
const resultQueue = {
  name: 'database_import_result',
  declaration: { durable: true, messageTtl: 86_400_000 },
}

/** Feeds the real service while everything around it fails, lets it settle, and judges what came of it. */
export const torture = async ({ minutes, seed }: TortureOptions, scene: Scene): Promise<Report> => {
  const { broker, disk, folder, dataFolder, say } = scene
  const violations = new Violations()
  await mkdir(dataFolder, { recursive: true })
  const proxy = await startTcpProxy(Number(new URL(broker.url).port))
  const throughProxy = new URL(broker.url)
  throughProxy.port = String(proxy.port)
  // Short, so that a suspended service is given up before it wakes up.
  throughProxy.searchParams.set('heartbeat', '4')
  const settings = {
    RABBITMQ_URL: throughProxy.href,
    // Small batches: more of the moments that matter.
    BATCH_SIZE: '50',
    HTTP_PORT: String(await freePort()),
  }
  const logFile = join(folder, 'service.log')
  const service = superviseService({ folder, dataFolder, logFile, settings })
  const ledger = collectAllReplies(broker.url, resultQueue)
  const started = Date.now()
  service.start()
  await service.ready()
  const feeder = startFeeder({ url: broker.url, queue: importQueue, seed, answered: ledger.answered })
  await feeder.hasConfirmed(1)
  // A broker that is killed must not forget its queues.
  await broker.syncDeclarations()

  const victims = { service, broker, proxy, disk }
  const endsAt = Date.now() + minutes * 60_000
  const progress = { published: feeder.published, answered: ledger.answered }
  const faults = await storm(victims, progress, seededRandom(seed), endsAt, violations, say)
  say('the faults are over: waiting until all is answered')
  const published = await feeder.finish()
  const settled = await settle({ service, ledger, url: broker.url, importQueue: importQueue.name, published })
  if (settled !== undefined) violations.add('does not settle', settled)
  const seconds = (Date.now() - started) / 1000
  say(`${published} messages, ${ledger.count()} replies: judging`)
  const before = ledger.count()
  if (settled === undefined && !(await restartChangesNothing(service, dataFolder)))
    violations.add('a restart appends events', '')
  await ledger.close()
  if (ledger.count() > before) violations.add('a restart answers again', String(ledger.count() - before))
  await proxy.close()

  const brokerKills = faults.flatMap(({ fault, from }) => (fault.kind === 'broker-killed' ? [from] : []))
  const { uncertain, publishedAgain } = feeder
  const evidence = { seed, published, uncertain, replies: ledger.byPosition, brokerKills }
  const judged = await readingStores({ dataFolder }, (stores) =>
    judge(evidence, stores, buildRules(), violations),
  )
  await verify(folder, dataFolder, violations)
  await checkLogs([logFile, join(dataFolder, 'job_server.log')], violations)
  for (const { status, at } of service.ends) {
    const full = faults.some(({ fault, from, to }) => fault.kind === 'disk-full' && from <= at && at <= to)
    if (!full) violations.add('the service ended by itself', `status ${status}`)
  }
  return reportOf({
    minutes,
    seed,
    seconds,
    published,
    publishedAgain: publishedAgain.size,
    uncertain: uncertain.size,
    replies: ledger.count(),
    repliedPositions: ledger.byPosition.size,
    judged,
    faults,
    endsWhileFull: service.ends.length,
    diskFull: disk.manner ?? 'not possible here: left out',
    violations: violations.list(),
  })
}
