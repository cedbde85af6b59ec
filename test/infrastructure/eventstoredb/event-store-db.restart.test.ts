import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { appending, idsOf, opened, taking } from '../../support/eventstoredb/opened.ts'
import type { PrivateServer } from '../../support/eventstoredb/server/private-server.ts'
import { startPrivateServer } from '../../support/eventstoredb/server/start-private-server.ts'
import { until } from '../../support/until.ts'

const stream = 'profiles-1.7'
const never = new AbortController().signal
const batches = 60
const batchSize = 3

describe('a server that is killed in mid-stream', () => {
  let folder: string
  let server: PrivateServer
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'profile-importer-event-store-'))
    server = await startPrivateServer(folder)
  })
  afterAll(async () => {
    await server?.dispose()
    await rm(folder, { recursive: true, force: true })
  })

  test('has what it confirmed, at the same positions, when it is back, and is used again', async () => {
    const store = opened(server.url)
    /** By event id. */
    const confirmed = new Map<string, string>()
    let written = 0
    let unknown = 0
    const step = async () => {
      const events = creations(written, batchSize)
      const result = await appending(store, stream, written - 1, events)
      if (result.tag === 'Appended') confirmed.set(events.at(-1)?.eventId ?? '', result.position)
      else {
        expect(result.tag).toBe('Unknown')
        unknown += 1
        let found: ReadonlyArray<unknown> | undefined
        await until(async () => {
          found = await store.readStream(stream, written, batchSize + 1).catch(() => undefined)
          return found !== undefined
        })
        // All or nothing.
        expect([0, batchSize]).toContain(found?.length)
        if (found?.length === 0) return
      }
      written += batchSize
    }
    const appendingAll = until(async () => {
      await step()
      return written === batches * batchSize
    })
    for (const batch of [10, 30]) {
      await until(() => written > batch * batchSize)
      const before = unknown
      await server.kill()
      await until(() => unknown > before)
      await server.start()
    }
    await appendingAll
    const found = await taking(store.read(beginning, never))
    expect(idsOf(found)).toEqual(idsOf(creations(0, batches * batchSize)))
    const places = new Map(found.map(({ eventId, position }) => [eventId, position]))
    for (const [eventId, position] of confirmed) expect(places.get(eventId)).toBe(position)
    expect(await store.end()).toBe(found.at(-1)?.position)
  })
})
