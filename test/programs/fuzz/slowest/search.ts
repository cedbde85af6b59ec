import type { Random } from '../../../../demo/random.ts'
import { arbitraryHistory, changedHistory, type History, plainHistories } from './message-plan.ts'
import { leastTimes, type MessageTimes, timeMessages } from './time-messages.ts'
import { writtenHistory } from './write-history.ts'

export type Thread = 'importing' | 'projecting'
const threads: ReadonlyArray<Thread> = ['importing', 'projecting']

export interface Slow {
  readonly history: History
  readonly messages: ReadonlyArray<string>
  /** Of the slowest of its messages. */
  readonly times: MessageTimes
}

const population = 30

const slowestOf = (times: ReadonlyArray<MessageTimes>, thread: Thread): MessageTimes =>
  times.reduce((slowest, each) => (each[thread] > slowest[thread] ? each : slowest))

/** Runs the messages again, four times at most, until the minimum time of none of them would be among the slowest. */
const measured = async (
  messages: ReadonlyArray<string>,
  isSlow: (times: ReadonlyArray<MessageTimes>) => boolean,
): Promise<Array<MessageTimes>> => {
  const runs: Array<Array<MessageTimes>> = []
  let least: Array<MessageTimes>
  do {
    runs.push(await timeMessages(messages))
    least = leastTimes(runs)
  } while (runs.length < 4 && isSlow(least))
  return least
}

const nextHistory = (parents: ReadonlyArray<Slow>, random: Random): History =>
  random.below(10) === 0
    ? arbitraryHistory(random)
    : changedHistory(random.pick(parents).history, random.pick(parents).history, random)

/**
 * Climbs: starts with one kind of value at a time, then makes new messages or varies those that took long, and keeps
 * the slowest of each thread. Reports what it is about to try, and each message that is slower than all before.
 */
export const searchSlowest = async (
  random: Random,
  until: number,
  told: {
    trying(messages: ReadonlyArray<string>): void
    slower(thread: Thread, slow: Slow, tried: number): void
  },
): Promise<number> => {
  const slowest: Record<Thread, Array<Slow>> = { importing: [], projecting: [] }
  const least = (thread: Thread) => slowest[thread][population - 1]?.times[thread] ?? 0
  let tried = 0
  while (Date.now() < until) {
    const history = plainHistories[tried] ?? nextHistory(slowest[random.pick(threads)], random)
    const messages = writtenHistory(history)
    told.trying(messages)
    const times = await measured(messages, (all) =>
      threads.some((thread) => slowestOf(all, thread)[thread] > least(thread)),
    )
    tried += 1
    for (const thread of threads) {
      const slow = { history, messages, times: slowestOf(times, thread) }
      if (slow.times[thread] <= least(thread)) continue
      const before = slowest[thread][0]?.times[thread] ?? 0
      slowest[thread] = [...slowest[thread], slow]
        .sort((a, b) => b.times[thread] - a.times[thread])
        .slice(0, population)
      if (slow.times[thread] > before) told.slower(thread, slow, tried)
    }
  }
  return tried
}
