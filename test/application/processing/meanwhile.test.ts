import { expect, test, vi } from 'vitest'
import { meanwhile } from '../../../application/processing/meanwhile.ts'
import { manualClock, settled } from '../../support/manual-clock.ts'

const given = () => {
  const { clock, pass, sleeping } = manualClock()
  let settle = () => {}
  let fail: (error: Error) => void = () => {}
  const pending = new Promise<void>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  let calls = 0
  let finish = () => {}
  const action = () => {
    calls++
    return new Promise<void>((resolve) => {
      finish = resolve
    })
  }
  return {
    ...{ clock, pass, sleeping, pending, action },
    calls: () => calls,
    finish: async () => {
      finish()
      await settled()
    },
    settle,
    fail,
  }
}

test('acts again and again, one call after another, as long as the promise is pending', async () => {
  const { clock, pass, sleeping, pending, action, calls, finish, settle } = given()
  const ended = meanwhile(clock, 50, pending, action)
  await pass(49)
  expect(calls()).toBe(0)
  await pass(1)
  expect(calls()).toBe(1)
  await pass(500)
  expect(calls()).toBe(1)
  await finish()
  await pass(50)
  expect(calls()).toBe(2)
  await finish()
  settle()
  await ended
  expect(sleeping()).toBe(0)
})

test('waits for the last call, and then settles like the promise', async () => {
  const { clock, pass, pending, action, finish, fail } = given()
  const broken = new Error('broken')
  let end: unknown
  const ended = meanwhile(clock, 50, pending, action).catch((error: unknown) => {
    end = error
  })
  await pass(50)
  fail(broken)
  await settled()
  expect(end).toBeUndefined()
  await finish()
  await ended
  expect(end).toBe(broken)
})

test('subscribes to the promise only once while it waits, because each subscription takes memory', async () => {
  const { clock, pass, pending, settle } = given()
  const subscribed = vi.spyOn(pending, 'then')
  let rounds = 0
  const ended = meanwhile(clock, 50, pending, async () => {
    rounds++
  })
  for (let i = 0; i < 100; i++) await pass(50)
  expect(rounds).toBe(100)
  expect(subscribed).toHaveBeenCalledTimes(1)
  settle()
  await ended
})
