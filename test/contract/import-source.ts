import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Delivery, ImportSession, ImportSource } from '../../application/ports/import-source.ts'
import { bodyOf } from '../support/builders/body-of.ts'

export interface ImportSourceHarness {
  /** A new client of the same source. */
  source(): ImportSource
  /** Appends messages with these bodies to the source. */
  put(bodies: ReadonlyArray<string>): Promise<void>
  dispose(): Promise<void>
}

export interface ImportSourceTraits {
  /** Delivers what was not acknowledged again, to one owner at a time. A file that is read once does not. */
  readonly handsOverAgain: boolean
}

const bodies = (count: number, from = 0): Array<string> =>
  Array.from({ length: count }, (_, i) => `{"n":${from + i}}`)

const texts = (deliveries: ReadonlyArray<Delivery>): Array<string> =>
  deliveries.map((delivery) => bodyOf(delivery).toString())

/** What every ImportSource must do. */
export const importSourceContract = (
  name: string,
  { handsOverAgain }: ImportSourceTraits,
  makeHarness: () => Promise<ImportSourceHarness>,
): void => {
  describe(`${name} is an ImportSource`, () => {
    let harness: ImportSourceHarness
    let stop: AbortController
    beforeEach(async () => {
      harness = await makeHarness()
      stop = new AbortController()
    })
    afterEach(() => harness.dispose())

    const opened = async (source: ImportSource = harness.source()): Promise<ImportSession> => {
      const session = await source.open(stop.signal)
      if (session === undefined) throw new Error('the source gave no session')
      return session
    }
    const take = async (session: ImportSession, limit: number) => {
      const batch = await session.take(limit, stop.signal)
      if (batch === undefined) throw new Error('the session is over')
      return batch
    }
    const takeAll = async (session: ImportSession, count: number): Promise<Array<Delivery>> => {
      const all: Array<Delivery> = []
      while (all.length < count) all.push(...(await take(session, count - all.length)))
      return all
    }

    test('delivers messages in order, as bytes, as new, and no more than requested', async () => {
      const sent = bodies(25)
      await harness.put(sent)
      const session = await opened()
      const all: Array<Delivery> = []
      while (all.length < sent.length) {
        const batch = await take(session, 10)
        expect(batch.length).toBeGreaterThan(0)
        expect(batch.length).toBeLessThanOrEqual(10)
        all.push(...batch)
      }
      expect(texts(all)).toEqual(sent)
      expect(all.map(({ redelivered }) => redelivered)).toEqual(sent.map(() => false))
      expect(all.every(({ body }) => body instanceof Uint8Array)).toBe(true)
      await session.close()
    })

    test('does not wait for a full batch', async () => {
      await harness.put(bodies(3))
      const session = await opened()
      expect(texts(await takeAll(session, 3))).toEqual(bodies(3))
      await session.close()
    })

    test('opens no session if the signal has aborted', async () => {
      stop.abort()
      expect(await harness.source().open(stop.signal)).toBeUndefined()
    })

    test('delivers nothing if the signal has aborted', async () => {
      await harness.put(bodies(3))
      const session = await opened()
      stop.abort()
      expect(await session.take(10, stop.signal)).toBeUndefined()
      await session.close()
    })

    test('is owned until it is closed', async () => {
      await harness.put(bodies(1))
      const session = await opened()
      expect(await session.confirmOwnership()).toBe(true)
      await session.close()
      expect(await session.confirmOwnership()).toBe(false)
      expect(await session.take(1, stop.signal)).toBeUndefined()
    })

    describe.runIf(handsOverAgain)('that redelivers', () => {
      test('ends a waiting take when the signal aborts', async () => {
        const session = await opened()
        const waiting = session.take(10, stop.signal)
        stop.abort()
        expect(await waiting).toBeUndefined()
        await session.close()
      })

      test('ends a waiting take when the session is closed', async () => {
        const session = await opened()
        const waiting = session.take(10, stop.signal)
        await session.close()
        expect(await waiting).toBeUndefined()
      })

      test('delivers what arrives later', async () => {
        const session = await opened()
        const waiting = session.take(10, stop.signal)
        await harness.put(['{}'])
        expect(texts((await waiting) ?? [])).toEqual(['{}'])
        await session.close()
      })

      test('redelivers, in order and flagged, exactly what was not acknowledged', async () => {
        await harness.put(bodies(10))
        const first = await opened()
        const taken = await takeAll(first, 10)
        first.acknowledge(taken.slice(0, 4))
        first.acknowledge(taken.slice(6, 8))
        await first.close()

        const second = await opened()
        const again = await takeAll(second, 4)
        expect(texts(again)).toEqual([4, 5, 8, 9].map((n) => `{"n":${n}}`))
        expect(again.map(({ redelivered }) => redelivered)).toEqual([true, true, true, true])
        second.acknowledge(again)
        await harness.put(['{"last":true}'])
        expect(texts(await take(second, 10))).toEqual(['{"last":true}'])
        await second.close()
      })

      test('accepts acknowledgements in any order, even twice', async () => {
        await harness.put(bodies(9))
        const first = await opened()
        const taken = await takeAll(first, 9)
        for (const part of [taken.slice(6), taken.slice(0, 3), taken.slice(0, 4), taken.slice(3), taken]) {
          first.acknowledge(part)
        }
        expect(await first.confirmOwnership()).toBe(true)
        await first.close()
        const second = await opened()
        await harness.put(['{"last":true}'])
        expect(texts(await take(second, 10))).toEqual(['{"last":true}'])
        await second.close()
      })

      test('ignores an acknowledgement after the session has ended', async () => {
        await harness.put(bodies(1))
        const first = await opened()
        const taken = await takeAll(first, 1)
        await first.close()
        first.acknowledge(taken)
        const second = await opened()
        second.acknowledge(taken)
        expect(texts(await takeAll(second, 1))).toEqual(bodies(1))
        await second.close()
        const third = await opened()
        expect(texts(await takeAll(third, 1))).toEqual(bodies(1))
        await third.close()
      })

      test('never has two owners', async () => {
        await harness.put(bodies(5))
        const first = await opened()
        let owners = 1
        const standBy = opened().then((session) => {
          owners++
          return session
        })
        const taken = await takeAll(first, 5)
        first.acknowledge(taken.slice(0, 2))
        // A stand-by that could take the queue would have it by now: it has tried at least once.
        await new Promise((resolve) => setTimeout(resolve, 700))
        expect(owners).toBe(1)
        await first.close()
        const second = await standBy
        expect(texts(await takeAll(second, 3))).toEqual(bodies(3, 2))
        await second.close()
      })
    })
  })
}
