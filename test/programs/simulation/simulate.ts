import { comparePositions, type Position } from '../../../application/ports/position.ts'
import { replayKeyName } from '../../../application/replay-mark.ts'
import {
  type DocumentOf,
  type IdOf,
  type ReadModelName,
  readModelNames,
} from '../../../projections/registry.ts'
import { Broker } from './broker/broker.ts'
import { EventLog } from './log/event-log.ts'
import { checkLog } from './oracle/check-log.ts'
import { checkReadModels } from './oracle/check-read-models.ts'
import { checkReplies } from './oracle/check-replies.ts'
import { Publications } from './oracle/publications.ts'
import { Watch } from './oracle/watch.ts'
import { ReadModel } from './read-model/read-model.ts'
import { befall } from './service/befall.ts'
import { Cluster, type Plant } from './service/cluster.ts'
import type { Kind } from './service/incidents.ts'
import { kinds, type Outside } from './service/outside.ts'
import { publishReplay, replayKey } from './service/replays.ts'
import { Restores } from './service/restores.ts'
import { projectionsOf } from './service/run-service.ts'
import { type Scenario, scenarioOf } from './service/scenario.ts'
import { Faults } from './world/faults.ts'
import { seededRandom } from './world/random.ts'
import { Server } from './world/server.ts'
import { beginningOfTime, World } from './world/world.ts'

export interface Simulated {
  readonly seed: number
  /** None if every promise was kept. */
  readonly violations: ReadonlyArray<string>
  readonly trace: ReadonlyArray<string>
  readonly events: number
  /** Of virtual time. */
  readonly milliseconds: number
}

export interface SimulateOptions {
  readonly traced?: boolean
  readonly plant?: Plant
  /** These incidents happen for certain, and no others. */
  readonly focus?: ReadonlyArray<Kind>
}

/** Virtual milliseconds within which all pending work must finish once nothing goes wrong any more. */
const settlingTime = 10 * 60_000

/** One history of the whole pipeline, determined by its seed, and the verdict of the oracle. */
export const simulate = async (
  seed: number,
  { traced = false, plant = (ports) => ports, focus }: SimulateOptions = {},
): Promise<Simulated> => {
  const random = seededRandom(seed)
  const scenario = scenarioOf(random.fork(), focus)
  const world = new World(random.fork(), traced)
  const faults = new Faults(random.fork(), scenario.rates)
  // It receives nothing before time begins.
  const outside = outsideOf(scenario, world, faults, () => watch)
  const cluster = new Cluster(scenario, outside, faults, random.fork(), plant)
  const luck = random.fork()
  const watch = new Watch(outside, cluster, scenario.batchSize)
  const restores = new Restores(outside, cluster, random.fork(), watch)
  world.say('SCENARIO', () => JSON.stringify({ ...scenario, messages: scenario.messages.length }))

  for (const { at, what } of scenario.messages) world.after(at, () => outside.broker.publish(what))
  for (const { at, what } of scenario.incidents)
    world.after(at, () => befall(what, cluster, outside, restores, luck))
  const replaying = random.fork()
  for (const [n, at] of scenario.replays.entries())
    world.after(at, () => publishReplay(outside, replaying, n))
  let isCalm = false
  world.after(scenario.end, () => {
    world.say('INCIDENT', () => 'from now on nothing goes wrong')
    faults.end()
    isCalm = true
  })
  cluster.start()
  const isDone = () => isCalm && !restores.isPending() && isAtRest(outside)
  const isSettled = await world.runUntil(isDone, scenario.end + settlingTime)
  if (isSettled) for (const violation of checkAll(scenario, outside, watch)) world.violate(violation)
  else if (world.violations.length === 0) world.violate('it does not come to rest')

  const { violations, trace, now } = world
  const { events } = outside.log
  return { seed, violations, trace, events: events.length, milliseconds: now - beginningOfTime }
}

function* checkAll(scenario: Scenario, outside: Outside, { forks }: Watch): Generator<string, void> {
  const { queues, version, nextVersion } = scenario
  const { broker, log } = outside
  const kept = broker.published.filter(({ place }) => !forks.isLost(place))
  const publications = new Publications(
    kept.map(({ message }) => message),
    forks.reused,
  )
  const decidedBy = (position: Position) => forks.decidedBy(position)
  const profiles = yield* checkLog({ log, publications, queues, decidedBy })
  yield* checkReadModels(outside, profiles, [version, nextVersion])
  yield* checkReplies(outside)
  yield* forks.check()
}

const outsideOf = (scenario: Scenario, world: World, faults: Faults, watch: () => Watch): Outside => {
  const { isTransactional, isIdempotent, version } = scenario
  const log = new EventLog(world, isIdempotent, {
    appended: (events, writer) => watch().appended(events, writer),
    tried: (events, writer) => watch().tried(events, writer),
    moved: (name, from, to) => watch().moved(name, from, to),
  })
  log.changeSecret(replayKeyName, undefined, replayKey)
  const store = new Server('store', world)
  const known = projectionsOf(version)
  const readModelOf = <Name extends ReadModelName>(name: Name): ReadModel<IdOf<Name>, DocumentOf<Name>> => {
    const shows = { ...kinds[name], idOf: known[name].idOfEvent }
    return new ReadModel(kinds[name], store, {
      isTransactional,
      faults,
      onMoved: (generation, from) => watch().checkpointMoved(name, generation, from, shows),
      onWentBack: (document) => world.violate(`${known[name].idOf(document)} of ${name} goes back`),
      onRead: (generation) => watch().read(name, generation),
      onSwitched: (live, before) => watch().switched(name, live, before),
    })
  }
  return {
    world,
    store,
    broker: new Broker(world, scenario.queues, { acknowledged: (message) => watch().acknowledged(message) }),
    log,
    readModels: {
      profiles: readModelOf('profiles'),
      imports: readModelOf('imports'),
      refusals: readModelOf('refusals'),
      search: readModelOf('search'),
    },
  }
}

/** Nothing waits in a queue; everything is projected and answered. */
const isAtRest = ({ broker, log, readModels }: Outside): boolean => {
  const end = log.end()
  const checkpoints = [
    ...readModelNames.map((name) => readModels[name].live()?.checkpoint),
    ...[...broker.queues.keys()].map((queue) => log.checkpoints.get(`replies-${queue}`)),
  ]
  return (
    broker.isEmpty() &&
    checkpoints.every((checkpoint) => checkpoint !== undefined && comparePositions(checkpoint, end) >= 0)
  )
}
