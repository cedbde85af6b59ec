import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import type { DayRange, RefusalCounts } from '../../application/ports/refusal-counts.ts'
import type { RefusalDay } from '../../application/ports/refusal-day.ts'
import { anImportId } from '../support/builders/event-builders.ts'

export interface RefusalCountsUnderTest {
  readonly refusalCounts: RefusalCounts
  /** Writes what is read. */
  readonly refusals: ProjectionStore<never, RefusalDay>
  close(): Promise<void>
}

const aDay = (stream: string, day: string, groups = 1): RefusalDay => ({
  stream,
  day,
  revision: 0,
  groups: Array.from({ length: groups }, (_, n) => ({
    code: 400,
    reason: 'UnknownField',
    member: `f${n}`.padEnd(200, '\u0000'),
    app_id: '\ud800',
    count: 1,
    first: `${day}T00:00:00.000Z`,
    last: `${day}T23:59:59.999Z`,
    example: anImportId(n),
  })),
})

/** What all refusal counts must do. `make` creates some without generations for every test. */
export const refusalCountsContract = (name: string, make: () => Promise<RefusalCountsUnderTest>): void => {
  describe(`${name} as RefusalCounts`, () => {
    let made: RefusalCountsUnderTest
    beforeEach(async () => {
      made = await make()
    })
    afterEach(() => made.close())

    const given = async (documents: ReadonlyArray<RefusalDay>): Promise<void> => {
      const { id } = await made.refusals.create('v1')
      await made.refusals.apply(id, { documents, revisions: new Map() }, beginning, '1' as Position)
    }
    const days = async (range: DayRange = {}) => {
      const found: Array<RefusalDay> = []
      for await (const day of made.refusalCounts.days(range)) found.push(day)
      return found
    }

    test('without a generation there are none', async () => {
      expect(await days()).toEqual([])
    })

    test('a range includes its first day, and ends before the day after', async () => {
      const all = ['2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02'].map((day) =>
        aDay('profiles-1.7', day),
      )
      await given(all)
      expect(await days()).toEqual(all)
      expect(await days({ since: '2026-01-31', until: '2026-02-02' })).toEqual(all.slice(1, 3))
      expect(await days({ since: '2026-02-02' })).toEqual(all.slice(3))
      expect(await days({ until: '2026-01-31' })).toEqual(all.slice(0, 1))
      expect(await days({ since: '2026-02-03' })).toEqual([])
    })

    test('many large ones are all returned, by stream and day', async () => {
      const streams = ['profiles-1.10', 'profiles-1.7', 'rejectedImports']
      const all = streams.flatMap((stream) =>
        Array.from({ length: 30 }, (_, n) => aDay(stream, `2026-01-${String(n + 1).padStart(2, '0')}`, 1000)),
      )
      await given(all.toReversed())
      expect(await days()).toEqual(all)
    })
  })
}
