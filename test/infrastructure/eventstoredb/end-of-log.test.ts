import { describe, expect, onTestFinished, test } from 'vitest'
import { beginning, comparePositions, distance } from '../../../application/ports/position.ts'
import { Connection } from '../../../infrastructure/eventstoredb/connection.ts'
import { EndOfLog } from '../../../infrastructure/eventstoredb/end-of-log.ts'
import { StreamNames } from '../../../infrastructure/eventstoredb/stream-names.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { appending, aServer, hastyClock, opened, taking } from '../../support/eventstoredb/opened.ts'

const stream = 'profiles-1.7'
const never = new AbortController().signal

describe('the end of the log is the position of our last event, whatever follows', () => {
  test.each([
    ['little', 3],
    ['much', 1000],
  ])('%s, even for a client that has seen nothing: the lag is zero', async (_, foreign) => {
    const server = await aServer()
    const store = opened(server.url)
    const result = await appending(store, stream, -1, creations(0, 5))
    await store.writeCheckpoint('replies', undefined, beginning)
    for (let i = 0; i < foreign; i++) server.log.writeSystemEvent()
    const end = (await taking(store.read(beginning, never))).at(-1)?.position ?? beginning
    expect(result).toEqual({ tag: 'Appended', stream, position: end })
    for (const client of [store, opened(server.url)]) {
      expect(await client.end()).toBe(end)
      expect(distance(end, await client.end())).toBe(0)
    }
  })

  test('is the beginning if there are no events of ours, however many of others', async () => {
    const server = await aServer()
    const store = opened(server.url)
    expect(await store.end()).toBe(beginning)
    for (let i = 0; i < 600; i++) server.log.writeSystemEvent()
    expect(await store.end()).toBe(beginning)
    expect(await store.end()).toBe(beginning)
  })

  test('moves with what other processes append, among everything that the system writes', async () => {
    const server = await aServer()
    const [store, other] = [opened(server.url), opened(server.url)]
    let last = beginning
    for (let i = 0; i < 30; i++) {
      for (let k = 0; k < (i % 3) * 150; k++) server.log.writeSystemEvent()
      const result = await appending(i % 2 === 0 ? store : other, stream, i - 1, creations(i, 1))
      for (let k = 0; k < (i % 5) * 100; k++) server.log.writeSystemEvent()
      const end = await store.end()
      expect(result).toEqual({ tag: 'Appended', stream, position: end })
      expect(comparePositions(end, last)).toBeGreaterThan(0)
      last = end
    }
  })

  test('is found by the server if more follows than is read backwards', async () => {
    const server = await aServer()
    const store = opened(server.url)
    const connection = new Connection(server.url, systemClock)
    onTestFinished(() => connection.close())
    const endOfLog = new EndOfLog(connection, new StreamNames(''), 10)
    for (let i = 0; i < 5; i++) {
      const result = await appending(store, stream, i - 1, creations(i, 1))
      for (let k = 0; k < i * 9; k++) server.log.writeSystemEvent()
      const end = await endOfLog.find()
      expect(result).toEqual({ tag: 'Appended', stream, position: end })
      expect(await endOfLog.find()).toBe(end)
    }
  })

  test('is not waited for forever if the server is silent', async () => {
    const server = await aServer()
    const store = opened(server.url, hastyClock)
    server.faults.reads.push('silence', 'silence')
    await expect(store.end()).rejects.toThrow('EventStoreDB: no answer within 10 s')
    await expect(store.readStream(stream, 0, 10)).rejects.toThrow('EventStoreDB: no answer within 10 s')
    expect(await store.end()).toBe(beginning)
  })
})
