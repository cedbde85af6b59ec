import { describe, expect, test } from 'vitest'
import { CannotGoOn } from '../../application/cannot-go-on.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { EventStoreDbError } from '../../infrastructure/eventstoredb/event-store-db-error.ts'
import { IndexConflict, MongoDbError } from '../../infrastructure/mongodb/mongodb-error.ts'
import { endingWhereRefused, outlastStores } from '../../service/outlast.ts'
import { ForeignLog } from '../../service/same-log.ts'

const away = [new EventStoreDbError('14 UNAVAILABLE'), new MongoDbError('MongoNetworkError', 'ECONNREFUSED')]

/** Records how long it slept, in milliseconds. */
const notingClock = () => {
  const slept: Array<number> = []
  const clock: Clock = {
    now: () => 0,
    elapsed: () => 0,
    sleep: async (ms) => void slept.push(ms),
    turn: async () => {},
  }
  // No wait is shortened.
  return { ports: { clock, chance: () => 1 }, slept }
}

const failing = (errors: ReadonlyArray<Error>) => {
  const left = [...errors]
  return async () => {
    const error = left.shift()
    if (error !== undefined) throw error
  }
}

const refused = new EventStoreDbError('16 UNAUTHENTICATED', 'refusing')

describe('startup', () => {
  test.each([refused, new IndexConflict('profiles_1', 'by_key')])(
    'ends if a store refuses, because waiting cannot help: %s',
    async (error) => {
      const trying = endingWhereRefused(failing([error]))
      await expect(trying).rejects.toThrow(CannotGoOn)
      await expect(trying).rejects.toThrow(error.message)
    },
  )

  test.each([away[0], new TypeError('a defect')])('fails with any other failure: %s', async (error) => {
    await expect(endingWhereRefused(failing([error ?? new Error()]))).rejects.toBe(error)
  })
})

const silent = { failed: () => {}, recovered: () => {} }

describe('an action that needs the stores', () => {
  test('is retried while one is away, less and less often', async () => {
    const { ports, slept } = notingClock()
    const errors = Array.from({ length: 8 }, (_, i) => away[i % 2] ?? new Error())
    const told: Array<unknown> = []
    const observer = { failed: (error: unknown) => told.push(error), recovered: () => told.push('over') }
    await outlastStores(failing(errors), ports, observer, new AbortController().signal)
    expect(told).toEqual([...errors, 'over'])
    expect(slept).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
  })

  test.each([new ForeignLog('profiles', 'belongs to another log', 'delete it'), new TypeError('a defect')])(
    'fails if waiting cannot help: %s',
    async (error) => {
      const { ports, slept } = notingClock()
      const trying = outlastStores(failing([error]), ports, silent, new AbortController().signal)
      await expect(trying).rejects.toBe(error)
      expect(slept).toEqual([])
    },
  )

  test('is given up when the signal aborts', async () => {
    const { ports } = notingClock()
    const stop = new AbortController()
    let tries = 0
    const action = async () => {
      tries++
      if (tries === 3) stop.abort()
      throw away[0]
    }
    await outlastStores(action, ports, silent, stop.signal)
    expect(tries).toBe(3)
  })
})
