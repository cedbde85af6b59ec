import { describe, expect, test } from 'vitest'
import type { CopyProgress } from '../../../application/copying/copy-log.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { aServer, idsOf, opened, taking } from '../../support/eventstoredb/opened.ts'
import { aLog, copying } from './a-copy.ts'

const never = new AbortController().signal

describe('checkpoints', () => {
  test('are at the same events: answered imports are not answered again, unanswered ones are', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    const answered: ReadonlyArray<[string, Position]> = [
      ['replies-all', await log.end()],
      ['replies-none', beginning],
      ['replies-some', '101' as Position],
    ]
    for (const [name, position] of answered) await log.writeCheckpoint(name, undefined, position)
    expect(await copying(folder, server)).toMatchObject({ checkpoints: 3 })
    const store = opened(server.url)
    for (const [name, position] of answered) {
      const copied = await store.readCheckpoint(name)
      expect(idsOf(await taking(store.read(copied ?? ('9/9' as Position), never)))).toEqual(
        idsOf(await taking(log.read(position, never))),
      )
    }
  })

  test('move forward with the log, and never back', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    const [first, second] = ['50', '100'] as const satisfies ReadonlyArray<string>
    await log.writeCheckpoint('replies-q', undefined, first as Position)
    await copying(folder, server)
    const store = opened(server.url)
    const then = await store.readCheckpoint('replies-q')
    await log.writeCheckpoint('replies-q', first as Position, second as Position)
    await copying(folder, server)
    const now = await store.readCheckpoint('replies-q')
    expect(now).toBe((await taking(store.read(beginning, never)))[99]?.position)
    expect(now).not.toBe(then)
    const end = await store.end()
    await store.writeCheckpoint('replies-q', now, end)
    await copying(folder, server)
    expect(await store.readCheckpoint('replies-q')).toBe(end)
  })

  test('are not written before all events are there', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await log.writeCheckpoint('replies-q', undefined, await log.end())
    const stop = new AbortController()
    const onProgress = ({ copied }: CopyProgress) => copied > 100 && stop.abort()
    await expect(copying(folder, server, { signal: stop.signal, onProgress })).rejects.toThrow('aborted')
    expect(server.log.stream('checkpoint-replies-q')).toEqual([])
  })
})
