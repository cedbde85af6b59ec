import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { EventStore } from '../../../application/ports/event-store.ts'
import type { Position } from '../../../application/ports/position.ts'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

/** For example an analyst's tool. */
let other: Sqlite.Database
let eventStore: EventStore
/** Something that happens while the event store waits, which it can only do without blocking. */
let whileWaiting: () => void
let waits: number

beforeEach(() => {
  const folder = temporaryFolder()
  waits = 0
  const clock = {
    now: () => 0,
    elapsed: () => 0,
    turn: async () => {},
    sleep: async () => {
      waits += 1
      whileWaiting()
    },
  }
  const log = openSqliteLog(folder, { clock })
  other = new Sqlite(join(folder, 'events.sqlite'), { timeout: 0 })
  eventStore = log.eventStore
  onTestFinished(() => {
    other.close()
    log.close()
  })
})

const append = () =>
  eventStore.append([{ stream: 'profiles-1.7', expectedRevision: -1, events: creations(0, 3) }])

const lock = () => other.exec('BEGIN IMMEDIATE')
const unlockAfter = (polls: number) => () => {
  if (waits === polls) other.exec('COMMIT')
}
const forever = () => {}

describe('while another process holds the write lock of the log', () => {
  test('an append waits, and is written once', async () => {
    whileWaiting = unlockAfter(3)
    lock()
    expect(await append()).toEqual([
      { tag: 'Appended', stream: 'profiles-1.7', position: await eventStore.end() },
    ])
    expect(waits).toBe(3)
    expect(await eventStore.readStream('profiles-1.7', 0, 10)).toHaveLength(3)
  })

  test('a checkpoint waits', async () => {
    whileWaiting = unlockAfter(3)
    lock()
    expect(await eventStore.writeCheckpoint('c', undefined, '7' as Position)).toBe(true)
    expect(waits).toBe(3)
    expect(await eventStore.readCheckpoint('c')).toBe('7')
  })

  test('reading does not wait', async () => {
    await append()
    lock()
    expect(await eventStore.readStream('profiles-1.7', 0, 10)).toHaveLength(3)
    expect(waits).toBe(0)
  })

  test('for seconds, an append is unknown and a checkpoint fails; afterwards both succeed', async () => {
    whileWaiting = forever
    lock()
    const [result] = await append()
    expect(result).toMatchObject({ tag: 'Unknown', cause: { store: 'event store', kind: 'away' } })
    await expect(eventStore.writeCheckpoint('c', undefined, '7' as Position)).rejects.toThrow('SQLITE_BUSY')
    other.exec('COMMIT')
    expect((await append())[0]?.tag).toBe('Appended')
    expect(await eventStore.writeCheckpoint('c', undefined, '7' as Position)).toBe(true)
  })
})
