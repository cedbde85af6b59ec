import { setTimeout as sleep } from 'node:timers/promises'
import { beginning } from '../../../application/ports/position.ts'
import type { Workbench } from '../../../bench/bench-run.ts'
import { workload } from '../../../bench/messages.ts'
import { type Queues, withQueues } from '../../../bench/queues.ts'
import { type Service, withService } from '../../../bench/serve.ts'
import { runCli } from '../../../demo/run-cli.ts'
import { readingStores } from '../../support/real-processes/recorded-events.ts'
import type { LoadOptions } from './options.ts'
import { type Replies, takeReplies } from './replies.ts'
import { type Recovery, type Report, reportOf } from './report.ts'
import type { Scene } from './scene.ts'
import { watchService } from './watch.ts'

/** Seconds until caches and compiled code are warm. */
const warmUp = 10
/** Seconds that the rest of a backlog may take. */
const longestRest = 3600
/** Seconds after the stop within which everything that was taken must be answered. */
const settlingTime = 30

/** The service works off a backlog, while one store after the other is slow for a while. */
export const load = (options: LoadOptions, workbench: Workbench, scene: Scene): Promise<Report> =>
  withQueues(workbench.brokerUrl, async (queues) => {
    const { backlog } = options
    workbench.progress(`a backlog of ${backlog} messages`)
    await queues.fill(workload(backlog, scene.base))
    const replies = await takeReplies(workbench.brokerUrl, queues.results, backlog)
    try {
      const worked = await withService(workbench, queues, scene.stores, (service) =>
        work(options, workbench, scene, service, replies),
      )
      workbench.progress('the service has stopped: checking what it has left')
      const left = await leftIn(queues, replies, backlog)
      await verify(workbench, scene)
      return reportOf({
        ...options,
        base: scene.base,
        whole: scene.fast,
        ...worked,
        replies,
        left,
        events: await eventsIn(scene),
      })
    } finally {
      await replies.close()
    }
  })

const work = async (
  { backlog, seconds }: LoadOptions,
  { progress }: Workbench,
  scene: Scene,
  service: Service,
  replies: Replies,
) => {
  const watch = watchService(service, replies, backlog)
  const observe = async (name: string, forSeconds: number) => {
    progress(name)
    const phase = await watch.observe(name, forSeconds)
    progress(`${name}: ${Math.round(phase.rate)} per second, ${replies.answered()} answered`)
    return phase
  }
  while (replies.answered() === 0) await sleep(100)
  await observe('warming up', warmUp)
  const warm = watch.anonymous.length
  let before = await observe('full speed', seconds)
  const recoveries: Array<Recovery> = []
  for (const { name, begin } of scene.troubles) {
    const end = await begin()
    await observe(name, seconds)
    await end()
    const after = await observe(`after: ${name}`, seconds)
    recoveries.push({ name, before: before.rate, after: after.rate })
    before = after
  }
  const enough = replies.answered() < backlog
  if (scene.fast) await observe('the rest', longestRest)
  const { phases, anonymous } = watch
  return { phases, anonymous: anonymous.slice(warm), recoveries, enough, warnings: service.warnings }
}

/** Unanswered messages; those that wait in the queue are the rest of a backlog. */
const leftIn = async (queues: Queues, replies: Replies, backlog: number) => {
  const waiting = (await queues.channel.checkQueue(queues.imports)).messageCount
  const unanswered = () => backlog - waiting - replies.answered()
  for (let waited = 0; unanswered() > 0 && waited < settlingTime; waited++) await sleep(1000)
  return { waiting, unanswered: unanswered() }
}

/** @throws if the read models do not match the log */
const verify = async ({ folder, progress }: Workbench, { stores }: Scene): Promise<void> => {
  const { dataFolder, servers } = stores
  progress('verify')
  await runCli(['verify', '--data', dataFolder], { folder, settings: servers })
}

/** Events of the log. */
const eventsIn = ({ stores }: Scene): Promise<number> =>
  readingStores(stores, async ({ eventStore }) => {
    let events = 0
    for await (const batch of eventStore.read(beginning, new AbortController().signal)) events += batch.length
    return events
  })
