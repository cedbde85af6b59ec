import { simulate } from '../simulate.ts'

/** Seeds that the parent hands out, and their results. */
export interface Share {
  readonly from: number
  readonly count: number
}

export interface ShareDone extends Share {
  readonly events: number
  /** Of virtual time. */
  readonly milliseconds: number
  readonly failures: ReadonlyArray<{ readonly seed: number; readonly violations: ReadonlyArray<string> }>
}

export const simulateShare = async ({ from, count }: Share): Promise<ShareDone> => {
  const failures: Array<ShareDone['failures'][number]> = []
  let [events, milliseconds] = [0, 0]
  for (let seed = from; seed < from + count; seed++) {
    const simulated = await simulate(seed)
    events += simulated.events
    milliseconds += simulated.milliseconds
    if (simulated.violations.length > 0) failures.push({ seed, violations: simulated.violations })
  }
  return { from, count, events, milliseconds, failures }
}

process.on('message', (share: Share) => {
  void simulateShare(share).then((done) => process.send?.(done))
})
