import { describe, expect, test } from 'vitest'
import { NotACopy } from '../../../application/copying/compare-logs.ts'
import type { ImportEvent } from '../../../domain/events/current.ts'
import {
  aDatabase,
  aTime,
  creations,
  profileCreated,
  toAppend,
} from '../../support/builders/event-builders.ts'
import { appending, aServer, opened } from '../../support/eventstoredb/opened.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { aLog, copying, insert, oldEvent, openLog } from './a-copy.ts'

describe('a target that does not match the beginning of this log is refused and left unchanged', () => {
  const refused = async (folder: string, server: StandIn, problem: string) => {
    const before = server.log.all.length
    const error: unknown = await copying(folder, server).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NotACopy)
    expect(String(error)).toContain(problem)
    expect(server.log.all).toHaveLength(before)
  }

  test('another log', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await appending(opened(server.url), 'profiles-1.7', -1, creations(900, 1, aDatabase(9, 9)))
    await refused(folder, server, 'its event 0 of profiles-1.7')
  })

  test('the same events in another order', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await appending(opened(server.url), 'profiles-2.7', -1, creations(1000, 10, aDatabase(2)))
    await refused(folder, server, 'differs from the source in its place')
  })

  test.each<[string, ImportEvent]>([
    ['what happened', profileCreated(0, { changes: [{ field: '_fname', action: 'set', value: 'Ann' }] })],
    ['public', profileCreated(0, { context: { time: aTime(1) } })],
    ['personal', profileCreated(0, { context: { feedback_id: 'x' } })],
    ['message', profileCreated(0, { context: { message: { encoding: 'utf8', body: '{"n":0}' } } })],
  ])('a different event under the same id: %s', async (_, other) => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await appending(opened(server.url), 'profiles-1.7', -1, [toAppend(other)])
    await refused(folder, server, 'differs from the source in its data')
  })

  test('an old event with other data, or other metadata, under the same id', async () => {
    const { event_id: id, ...old } = oldEvent(0)
    for (const body of ['data', 'metadata'] as const) {
      const [folder, server] = [temporaryFolder(), await aServer()]
      openLog(folder)
      insert(folder, [{ stream: 'profiles-1.7', revision: 0, ...oldEvent(0) }])
      const other = { ...old, [body]: old[body].replace('old', 'new') }
      const bodies = { data: Buffer.from(other.data), metadata: Buffer.from(other.metadata) }
      server.log.append('profiles-1.7', -1, [
        { id, type: other.type, contentType: 'application/json', ...bodies },
      ])
      await refused(folder, server, `differs from the source in its ${body}`)
    }
  })

  test('a copy with newer imports', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await copying(folder, server)
    await appending(opened(server.url), 'profiles-9.9', -1, creations(900, 1))
    await refused(folder, server, 'comes after the last event')
  })

  test('a copy with a redacted event', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await copying(folder, server)
    server.log.redact('profiles-2.7', 3)
    await refused(folder, server, 'differs from the source in its data')
  })
})
