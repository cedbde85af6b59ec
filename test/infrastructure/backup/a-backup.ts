import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventStore } from '../../../application/ports/event-store.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { databaseStream } from '../../../domain/streams.ts'
import { backUp } from '../../../infrastructure/backup/back-up.ts'
import { restore } from '../../../infrastructure/backup/restore.ts'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { aDatabase, creations } from '../../support/builders/event-builders.ts'
import { openSqlite } from '../../support/sqlite/open-sqlite.ts'

const never = new AbortController().signal

export const aRun = `runs/${'a'.repeat(64)}.json`

/** Events `from` to below `to`. */
export const appendSome = (eventStore: EventStore, from: number, to: number) =>
  eventStore.append([
    { stream: databaseStream(aDatabase()), expectedRevision: from - 1, events: creations(from, to - from) },
  ])

/** Appends events `from` to below `to`, shows them in a read model, and begins a run. */
export const fill = async (data: string, from: number, to: number): Promise<void> => {
  const { eventStore, projectionStores, close } = openSqlite(data, { clock: systemClock })
  await appendSome(eventStore, from, to)
  await eventStore.writeCheckpoint(
    'replies-q',
    from === 0 ? undefined : (String(from) as Position),
    String(to) as Position,
  )
  if (from === 0) {
    await eventStore.writeSecret('key', undefined, new Uint8Array(32).fill(1))
    await projectionStores.profiles.create('v1', await eventStore.readIdentity())
  }
  close()
  mkdirSync(join(data, 'runs'), { recursive: true })
  writeFileSync(join(data, aRun), `{"run":"of ${to}"}`)
}

/** What a log holds. */
export const contentOf = async (data: string) => {
  const { eventStore, rawLog, close } = openSqliteLog(data, { clock: systemClock, readonly: true })
  try {
    const ids: Array<string> = []
    for await (const batch of eventStore.read(beginning, never))
      ids.push(...batch.map(({ eventId }) => eventId))
    return {
      ids,
      identity: await eventStore.readIdentity(),
      checkpoints: Object.fromEntries(await rawLog.checkpoints()),
      key: await eventStore.readSecret('key'),
    }
  } finally {
    close()
  }
}

export const backingUp = (dataFolder: string, into: string) =>
  backUp({ dataFolder, into, program: 'test', now: Date.parse('2026-11-30T08:00:00Z') })

export const restoring = (from: string, dataFolder: string, replaces = false) =>
  restore({ from, dataFolder, replaces, clock: systemClock })
