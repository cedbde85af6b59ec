import { expect, test } from 'vitest'
import type { NewEvent } from '../../application/ports/event-store.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ReadCheckpoint } from '../../application/until-projected.ts'
import { contextOf } from '../../domain/events/stored-event.ts'
import { openSqliteLog } from '../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { lagsOf } from '../../service/progress.ts'
import { creations } from '../support/builders/event-builders.ts'
import { temporaryFolder } from '../support/sqlite/temporary-folder.ts'

const timeOf = ({ event }: NewEvent) => Date.parse(contextOf(event)?.public.time ?? '')

test('the lag is in events, and in seconds the age of the first one that is missing', async () => {
  const { eventStore, close } = openSqliteLog(temporaryFolder(), { clock: systemClock })
  try {
    const events = creations(0, 3)
    await eventStore.append([{ stream: 'profiles-1.7', expectedRevision: -1, events }])
    const [, second] = events
    if (second === undefined) throw new Error('no events')
    const lags = await lagsOf(
      eventStore,
      new Map<string, ReadCheckpoint>([
        ['profiles', async () => '3' as Position],
        ['imports', async () => '1' as Position],
        ['refusals', async () => undefined],
        ['replies', async () => beginning],
      ]),
      timeOf(second) + 2500,
    )
    expect(lags.get('profiles')).toEqual({ distance: 0, seconds: 0 })
    expect(lags.get('imports')).toEqual({ distance: 2, seconds: 2.5 })
    expect(lags.get('refusals')?.distance).toBe(3)
    expect(lags.get('replies')).toEqual(lags.get('refusals'))
  } finally {
    close()
  }
})
