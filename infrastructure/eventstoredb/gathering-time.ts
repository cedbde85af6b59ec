import type { Clock } from '../../application/ports/clock.ts'

/** While it is not over, what is less than a batch is kept. By a timer: the time of day may be set back. */
export interface GatheringTime {
  readonly over: boolean
  readonly end: Promise<void>
}

export const nothingGathers: GatheringTime = { over: true, end: Promise.resolve() }

export const gatheringFor = (clock: Clock, ms: number, signal: AbortSignal): GatheringTime => {
  const time = {
    over: false,
    end: clock.sleep(ms, signal).then(() => {
      time.over = true
    }),
  }
  return time
}
