import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../demo/random.ts'
import { until } from '../../support/until.ts'
import { type Fault, faultPlan } from './fault-plan.ts'
import { inflict } from './faults.ts'
import type { TortureStack } from './stack.ts'
import type { Violations } from './violations.ts'

export interface Inflicted {
  readonly fault: Fault
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Milliseconds from its end until a message that was published after it is answered. */
  recoveredAfter?: number
}

/** Numbers of messages. */
export interface Progress {
  /** How many are published. */
  published(): number
  /** The highest that is answered. */
  answered(): number
}

/** Milliseconds without an answer after which the services count as lost. */
const patience = 90_000

/** One fault after another until the time is over. Ends early if the services do not recover. */
export const storm = async (
  stack: TortureStack,
  progress: Progress,
  random: Random,
  endsAt: number,
  violations: Violations,
  say: (text: string) => void,
): Promise<ReadonlyArray<Inflicted>> => {
  const inflicted: Array<Inflicted> = []
  for (const { fault, afterRecovery, pauseMs } of faultPlan(stack.deck, random)) {
    if (Date.now() >= endsAt) break
    await sleep(pauseMs)
    say(`${JSON.stringify(fault)}, ${progress.answered() + 1} messages answered`)
    const from = Date.now()
    const missing = await inflict(stack, fault)
    if (missing !== undefined) violations.add(missing, JSON.stringify(fault))
    const done: Inflicted = { fault, from, to: Date.now() }
    inflicted.push(done)
    if (!afterRecovery) continue
    if (!(await recovery(progress))) {
      violations.add('no recovery', JSON.stringify(fault))
      break
    }
    done.recoveredAfter = Date.now() - done.to
    say(`recovered after ${done.recoveredAfter} ms`)
  }
  return inflicted
}

/** Whether a message published from now on is answered within our patience. */
const recovery = async ({ published, answered }: Progress): Promise<boolean> => {
  const [next, deadline] = [published(), Date.now() + patience]
  await until(() => answered() >= next || Date.now() > deadline)
  return answered() >= next
}
