import { describe, expect, test } from 'vitest'
import { Abandoned, retryingTrouble } from '../../../application/importing/retrying.ts'
import { StoreTrouble } from '../../../application/ports/store-trouble.ts'
import { manualClock, settled } from '../../support/manual-clock.ts'

const away = new StoreTrouble('event store', 'away', 'no answer')

/** A store that answers when it is told to. */
const given = () => {
  const { clock, pass, sleeping } = manualClock()
  const stop = new AbortController()
  const told: Array<unknown> = []
  const observer = {
    failed: (trouble: StoreTrouble) => told.push(trouble),
    recovered: () => told.push('recovered'),
  }
  const retrying = retryingTrouble({ clock, chance: () => 1, observer }, stop.signal)
  let asked = 0
  let answer: (result: string) => void = () => {}
  let fail: (error: Error) => void = () => {}
  const ends: Array<unknown> = []
  retrying(
    () =>
      new Promise<string>((resolve, reject) => {
        asked++
        answer = resolve
        fail = reject
      }),
  ).then(
    (result) => ends.push(result),
    (error: unknown) => ends.push(error),
  )
  return {
    ...{ pass, sleeping, told, ends },
    asked: () => asked,
    stop: async () => {
      stop.abort()
      await settled()
    },
    answer: async (result: string) => {
      answer(result)
      await settled()
    },
    fail: async (error: Error) => {
      fail(error)
      await settled()
    },
  }
}

describe('what a store was asked', () => {
  test('is awaited as long as no stop is requested', async () => {
    const { pass, answer, ends, told } = given()
    await pass(60_000)
    expect(ends).toEqual([])
    await answer('done')
    expect(ends).toEqual(['done'])
    expect(told).toEqual([])
  })

  test('is asked again after trouble', async () => {
    const { pass, fail, answer, asked, ends, told } = given()
    await fail(away)
    expect(asked()).toBe(1)
    await pass(50)
    expect(asked()).toBe(2)
    await answer('done')
    expect(ends).toEqual(['done'])
    expect(told).toEqual([away, 'recovered'])
  })

  test('may still be answered within three seconds of a stop', async () => {
    const { pass, stop, answer, sleeping, ends } = given()
    await pass(60_000)
    await stop()
    await pass(2999)
    await answer('done')
    expect(ends).toEqual(['done'])
    expect(sleeping()).toBe(0)
  })

  test('is abandoned three seconds after a stop', async () => {
    const { pass, stop, ends } = given()
    await pass(60_000)
    await stop()
    await pass(2999)
    expect(ends).toEqual([])
    await pass(1)
    expect(ends).toEqual([expect.any(Abandoned)])
  })

  test('is not asked again once a stop is requested', async () => {
    const { stop, fail, asked, told, ends } = given()
    await stop()
    await fail(away)
    expect(ends).toEqual([expect.any(Abandoned)])
    expect(told).toEqual([away])
    expect(asked()).toBe(1)
  })
})
