import type { Random } from '../../demo/random.ts'

export type Fault =
  /** SIGKILL, and started again. */
  | { readonly kind: 'service-killed'; readonly downMs: number }
  | { readonly kind: 'broker-killed'; readonly downMs: number }
  /** SIGSTOP; with our short heartbeat the broker gives the service up meanwhile. */
  | { readonly kind: 'service-suspended'; readonly ms: number }
  /** The service may be killed while there is no room. */
  | { readonly kind: 'disk-full'; readonly ms: number; readonly killed: boolean }
  | { readonly kind: 'connection-cut' }
  /** Bytes are swallowed for a while, then the connection ends, or the service is killed. */
  | {
      readonly kind: 'connection-swallowed'
      readonly directions: 'to-server' | 'both'
      readonly ms: number
      readonly killed: boolean
    }
  | { readonly kind: 'connection-slow'; readonly latencyMs: number; readonly ms: number }

export interface PlannedFault {
  readonly fault: Fault
  /** Whether it waits until the service has recovered from the one before. */
  readonly afterRecovery: boolean
  /** Milliseconds that it waits then. */
  readonly pauseMs: number
}

type Deal = (random: Random) => Fault

const kill: Deal = (random) => ({ kind: 'service-killed', downMs: random.pick([0, 0, 300, 1500]) })
const cut: Deal = () => ({ kind: 'connection-cut' })
const swallow: Deal = (random) => ({
  kind: 'connection-swallowed',
  directions: random.pick(['to-server', 'both']),
  ms: 200 + random.below(3000),
  killed: random.below(2) === 0,
})
const slow: Deal = (random) => ({
  kind: 'connection-slow',
  latencyMs: 20 + random.below(300),
  ms: 1000 + random.below(3000),
})
const full: Deal = (random) => ({
  kind: 'disk-full',
  ms: 1000 + random.below(4000),
  killed: random.below(2) === 0,
})
const killBroker: Deal = (random) => ({ kind: 'broker-killed', downMs: random.below(1500) })
const suspend: Deal = () => ({ kind: 'service-suspended', ms: 20_000 })

/** Dealt like cards, so that a short run has some of each. */
const deck: ReadonlyArray<Deal> = [
  ...[kill, kill, kill, kill, kill, kill],
  ...[cut, cut, swallow, swallow, slow, full, full, killBroker, suspend],
]

/** Without end; what comes is decided by `random` alone. */
export function* faultPlan(random: Random): Generator<PlannedFault> {
  for (;;) {
    const cards = [...deck]
    while (cards.length > 0) {
      const [deal] = cards.splice(random.below(cards.length), 1)
      if (deal === undefined) continue
      yield { fault: deal(random), afterRecovery: random.below(4) > 0, pauseMs: random.below(1500) }
    }
  }
}
