import type { RefusalDay } from './refusal-day.ts'

/** Whole days, in UTC, such as `2026-11-30`. */
export interface DayRange {
  /** The first day. */
  readonly since?: string
  /** The day after the last. */
  readonly until?: string
}

/** The live generation of the `refusals` projection. */
export interface RefusalCounts {
  /** The documents of all databases with days in the range, in the order of streams and days. */
  days(range: DayRange): AsyncIterable<RefusalDay>
}
