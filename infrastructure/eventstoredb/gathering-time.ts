import type { Clock } from '../../application/ports/clock.ts'

/** Until it is over, less than a full batch is held back. Uses a timer, because the time of day may be set back. */
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
