import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'

const anHour = 3_600_000

test('sleep ends at once when the signal aborts or has already aborted', async () => {
  const stop = new AbortController()
  const sleeping = systemClock.sleep(anHour, stop.signal)
  stop.abort()
  await sleeping
  await systemClock.sleep(anHour, stop.signal)
})

test('sleep leaves no listener behind', async () => {
  const { signal } = new AbortController()
  await systemClock.sleep(1, signal)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('elapsed continues when the clock is set back', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const [now, elapsed] = [systemClock.now(), systemClock.elapsed()]
    vi.setSystemTime(now - anHour)
    expect(systemClock.now()).toBe(now - anHour)
    expect(systemClock.elapsed()).toBeGreaterThanOrEqual(elapsed)
  } finally {
    vi.useRealTimers()
  }
})
