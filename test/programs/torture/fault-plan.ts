import type { Random } from '../../../demo/random.ts'
import type { Whom } from './crew.ts'
import type { ServerName } from './servers.ts'

export type Fault =
  /** SIGKILL, then started again. */
  | { readonly kind: 'service-killed'; readonly whom: Whom; readonly downMs: number }
  | { readonly kind: 'server-killed'; readonly server: ServerName; readonly downMs: number }
  /** SIGSTOP of the owner; with our short heartbeat the broker drops it meanwhile. */
  | { readonly kind: 'service-suspended'; readonly ms: number }
  /** The service may be killed while the disk is full. */
  | { readonly kind: 'disk-full'; readonly ms: number; readonly killed: boolean }
  | { readonly kind: 'connection-cut'; readonly server: ServerName; readonly whom: Whom }
  /** Bytes are swallowed for a while, then the connection ends or the service is killed. */
  | {
      readonly kind: 'connection-swallowed'
      readonly server: ServerName
      readonly whom: Whom
      readonly directions: 'to-server' | 'both'
      readonly ms: number
      readonly killed: boolean
    }
  | {
      readonly kind: 'connection-slow'
      readonly server: ServerName
      readonly whom: Whom
      readonly latencyMs: number
      readonly ms: number
    }

export interface PlannedFault {
  readonly fault: Fault
  /** Whether it waits until the services have recovered from the previous fault. */
  readonly afterRecovery: boolean
  /** Milliseconds to wait in that case. */
  readonly pauseMs: number
}

export type Deal = (random: Random) => Fault

const kill =
  (whom: Whom): Deal =>
  (random) => ({ kind: 'service-killed', whom, downMs: random.pick([0, 0, 300, 1500]) })
const killServer =
  (server: ServerName): Deal =>
  (random) => ({ kind: 'server-killed', server, downMs: random.below(server === 'rabbitmq' ? 1500 : 4000) })
const cut =
  (server: ServerName): Deal =>
  (random) => ({ kind: 'connection-cut', server, whom: whose(random) })
const swallow =
  (server: ServerName): Deal =>
  (random) => ({
    kind: 'connection-swallowed',
    server,
    whom: whose(random),
    directions: random.pick(['to-server', 'both']),
    ms: 200 + random.below(3000),
    killed: random.below(2) === 0,
  })
const slow =
  (server: ServerName): Deal =>
  (random) => ({
    kind: 'connection-slow',
    server,
    whom: whose(random),
    latencyMs: 20 + random.below(300),
    ms: 1000 + random.below(3000),
  })
const full: Deal = (random) => ({
  kind: 'disk-full',
  ms: 1000 + random.below(4000),
  killed: random.below(2) === 0,
})
const suspend: Deal = () => ({ kind: 'service-suspended', ms: 20_000 })
/** The broker drops the owner, which continues with what it holds. */
const partition: Deal = () => ({
  kind: 'connection-swallowed',
  server: 'rabbitmq',
  whom: 'owner',
  directions: 'both',
  ms: 13_000,
  killed: false,
})

const whose = (random: Random): Whom => random.pick(['owner', 'owner', 'all'])

/** Like cards, so that even a short run has some of each. */
export type Deck = ReadonlyArray<Deal>

const onTheWay = (server: ServerName): Deck => [cut(server), swallow(server), slow(server)]

export const embeddedDeck = (diskCanBeFilled: boolean): Deck => [
  ...Array<Deal>(6).fill(kill('owner')),
  ...[...onTheWay('rabbitmq'), cut('rabbitmq'), swallow('rabbitmq')],
  ...[killServer('rabbitmq'), suspend],
  ...(diskCanBeFilled ? [full, full] : []),
]

export const productionDeck: Deck = [
  ...[kill('owner'), kill('owner'), kill('owner'), kill('standby'), kill('all')],
  ...[killServer('rabbitmq'), killServer('eventstoredb'), killServer('eventstoredb')],
  ...[killServer('mongodb'), killServer('mongodb'), suspend, partition],
  ...[...onTheWay('rabbitmq'), ...onTheWay('eventstoredb'), ...onTheWay('mongodb')],
]

/** Endless; `random` alone determines what comes. */
export function* faultPlan(deck: Deck, random: Random): Generator<PlannedFault> {
  for (;;) {
    const cards = [...deck]
    while (cards.length > 0) {
      const [deal] = cards.splice(random.below(cards.length), 1)
      if (deal === undefined) continue
      yield { fault: deal(random), afterRecovery: random.below(4) > 0, pauseMs: random.below(1500) }
    }
  }
}
