import { seededRandom } from '../../../demo/random.ts'
import { importQueueDeclaration } from '../../../infrastructure/rabbitmq/import-queue.ts'
import { replyCheckpoint } from '../../../service/reply-checkpoint.ts'
import { buildRules } from '../../support/builders/message-builders.ts'
import { readingStores } from '../../support/real-processes/recorded-events.ts'
import { startFeeder } from './feeder.ts'
import type { TortureOptions } from './options.ts'
import { type Evidence, type Judged, judge } from './oracle.ts'
import { collectAllReplies } from './reply-ledger.ts'
import { type Report, reportOf } from './report.ts'
import { checkLogs, restartChangesNothing, settle, verify } from './settle.ts'
import type { TortureStack } from './stack.ts'
import { storm } from './storm.ts'
import { Violations } from './violations.ts'

export interface Scene {
  readonly stack: TortureStack
  readonly folder: string
  /** Reports progress. */
  readonly say: (text: string) => void
}

const importQueueName = 'database_import'
const resultQueue = {
  name: 'database_import_result',
  declaration: { durable: true, messageTtl: 86_400_000 },
}
/** Milliseconds that the first start may take. */
const patience = 120_000

/** Feeds the real service while everything around it fails, lets it settle, and checks the results. */
export const torture = async (options: TortureOptions, scene: Scene): Promise<Report> => {
  const { minutes, seed } = options
  const importQueue = { name: importQueueName, declaration: importQueueDeclaration(options.queueType) }
  const { stack, say } = scene
  const { broker, crew, stores, pace } = stack
  const violations = new Violations()
  const ledger = collectAllReplies(broker.url, resultQueue)
  const started = Date.now()
  crew.start()
  if (!(await crew.ready(started + patience))) throw new Error('no service gets ready')
  const feeder = startFeeder({ url: broker.url, queue: importQueue, seed, pace, answered: ledger.answered })
  await feeder.hasConfirmed(1)
  // So that a killed broker does not forget its queues.
  await broker.syncDeclarations()

  const endsAt = Date.now() + minutes * 60_000
  const progress = { published: feeder.published, answered: ledger.answered }
  const faults = await storm(stack, progress, seededRandom(seed), endsAt, violations, say)
  say('the faults are over: waiting until all is answered')
  const published = await feeder.finish()
  const settled = await settle({ crew, ledger, url: broker.url, importQueue: importQueue.name, published })
  if (settled !== undefined) violations.add('does not settle', settled)
  const seconds = (Date.now() - started) / 1000
  say(`${published} messages, ${ledger.count()} replies: judging`)
  const before = ledger.count()
  if (settled === undefined && !(await restartChangesNothing(crew, stores)))
    violations.add('a restart appends events, or is never ready', '')
  await ledger.close()
  if (ledger.count() > before) violations.add('a restart answers again', String(ledger.count() - before))

  const brokerKills = faults.flatMap(({ fault, from }) =>
    fault.kind === 'server-killed' && fault.server === 'rabbitmq' ? [from] : [],
  )
  const { uncertain, publishedAgain } = feeder
  const evidence = { seed, published, uncertain, replies: ledger.byPosition, brokerKills }
  const judged = await judgeStores(evidence, scene, violations)
  const ends = crew.members('all').flatMap((service) => service.ends)
  for (const { status, at } of ends) {
    const full = faults.some(({ fault, from, to }) => fault.kind === 'disk-full' && from <= at && at <= to)
    if (!full) violations.add('a service ended by itself', `status ${status}`)
  }
  return reportOf({
    ...options,
    about: stack.about,
    seconds,
    published,
    publishedAgain: publishedAgain.size,
    uncertain: uncertain.size,
    replies: ledger.count(),
    repliedPositions: ledger.byPosition.size,
    judged,
    faults,
    takeovers: crew.takeovers,
    endsWhileFull: ends.length,
    violations: violations.list(),
  })
}

/** By the oracle, by `verify`, and by a search of the logs. */
const judgeStores = async (
  evidence: Evidence,
  { stack, folder }: Scene,
  violations: Violations,
): Promise<Judged> => {
  const judged = await readingStores(stack.stores, (stores) => {
    const replies = replyCheckpoint(stores.eventStore, importQueueName)
    const checkpoints = new Map([...stores.checkpoints, ['replies', () => replies.read()] as const])
    return judge(evidence, { ...stores, checkpoints }, buildRules(), violations)
  })
  await verify(folder, stack.stores, violations)
  const logFiles = stack.crew.members('all').flatMap((service) => service.logFiles)
  await checkLogs(logFiles, violations)
  return judged
}
