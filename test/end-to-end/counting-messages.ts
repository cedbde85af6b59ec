import { expect } from 'vitest'
import type { Database } from '../../domain/ids.ts'
import { emailKey } from '../../domain/matching/keys.ts'
import type { CollectedReply, TestMessage } from '../support/rabbitmq/queues.ts'
import { readingStores, recordedEvents, type StoresPlace } from '../support/real-processes/recorded-events.ts'

const databases = 3
const people = 40

const databaseOf = (n: number, account: number) => ({ account_id: account, db_id: 1 + (n % databases) })
const emailOf = (n: number) => `person-${n % people}@private.example`
const nameOf = (n: number) => `n-${n}`

/**
 * Messages number `from` to below `to`, for a few profiles. Each adds 1 to a counter, so that a lost or doubled message
 * shows. Each has a distinct body and `correlation_id`; `identified` ones also have a `message_id`.
 */
export function* countingMessages(
  from: number,
  to: number,
  identified: boolean,
  account = 1,
): Generator<TestMessage> {
  for (let n = from; n < to; n++) {
    const body = {
      ...databaseOf(n, account),
      feedback_id: nameOf(n),
      email: emailOf(n),
      data: { _fname: 'Confidentia', visits: { action: 'incr', value: 1 } },
    }
    const options = { correlationId: nameOf(n), ...(identified ? { messageId: nameOf(n) } : {}) }
    yield { body: JSON.stringify(body), options }
  }
}

const count = (keys: ReadonlyArray<unknown>): ReadonlyMap<unknown, number> => {
  const counts = new Map<unknown, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/**
 * Each of the first `total` counting messages has one outcome, in queue order, and is counted once; there is nothing
 * else.
 */
export const expectEachCountedOnce = async (
  place: StoresPlace & { readonly importQueue: string },
  total: number,
  account = 1,
): Promise<void> => {
  const numbers = Array.from({ length: total }, (_, n) => n)
  const events = await recordedEvents(place)
  const others = events.filter(({ event }) => !['ProfileCreated', 'ProfileUpdated'].includes(event.type))
  expect(others.map(({ event }) => event.type)).toEqual([])
  for (let db = 1; db <= databases; db++) {
    const inDatabase = events.filter(({ stream }) => stream === `profiles-${account}.${db}`)
    expect(inDatabase.map(({ event }) => event.personal.feedback_id)).toEqual(
      numbers.filter((n) => databaseOf(n, account).db_id === db).map(nameOf),
    )
  }
  expect(events).toHaveLength(total)

  const whose = (n: number) => `${databaseOf(n, account).db_id} ${emailOf(n)}`
  const expected = count(numbers.map(whose))
  const representatives = numbers.slice(0, databases * people)
  await readingStores(place, async ({ profileDirectory }) => {
    const queries = representatives.map((n) => ({
      database: databaseOf(n, account) as Database,
      keys: [emailKey(emailOf(n))] as const,
    }))
    const { matches } = await profileDirectory.lookup(queries, [])
    const counted = representatives.map((n, i) => [whose(n), matches[i]?.oldest.map(visits)])
    expect(counted).toEqual(representatives.map((n) => [whose(n), [expected.get(whose(n))]]))
  })
}

const visits = ({ fields }: { readonly fields: Readonly<Record<string, unknown>> }): unknown => fields.visits

/** Each of the first `total` counting messages is answered, and all answers to the same message are equal. */
export const expectEachAnswered = (replies: ReadonlyArray<CollectedReply>, total: number): void => {
  const answers = new Map<unknown, Set<string>>()
  for (const { body, importId, correlationId, verdict, position } of replies) {
    const said = answers.get(correlationId) ?? new Set()
    answers.set(correlationId, said.add(JSON.stringify([body, importId, verdict, position])))
    expect(body).toMatchObject({ error: 0, feedback_id: correlationId })
  }
  expect(answers.size).toBe(total)
  expect([...answers.values()].filter((said) => said.size > 1)).toEqual([])
}
