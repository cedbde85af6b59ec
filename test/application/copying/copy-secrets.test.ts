import { describe, expect, test } from 'vitest'
import { NotACopy } from '../../../application/copying/compare-logs.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { appending, aServer, opened } from '../../support/eventstoredb/opened.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { aLog, copying } from './a-copy.ts'

describe('secrets', () => {
  const [key, another] = [1, 2].map((n) => new Uint8Array(32).fill(n)) as [Uint8Array, Uint8Array]
  const copied = async (server: StandIn) => Buffer.from((await opened(server.url).readSecret('key')) ?? [])

  test('are those of the log, so that their proofs stay valid', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await log.writeSecret('key', undefined, key)
    await copying(folder, server)
    expect(await copied(server)).toEqual(Buffer.from(key))
    await copying(folder, server)
    expect(await copied(server)).toEqual(Buffer.from(key))
  })

  test('replace a secret that the target created before', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await opened(server.url).writeSecret('key', undefined, another)
    await copying(folder, server)
    expect(await copied(server)).toEqual(Buffer.from(another))
    await log.writeSecret('key', undefined, key)
    await copying(folder, server)
    expect(await copied(server)).toEqual(Buffer.from(key))
  })

  test('are not given to a target that is not a copy', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await log.writeSecret('key', undefined, key)
    await appending(opened(server.url), 'profiles-1.7', -1, creations(900, 1))
    await expect(copying(folder, server)).rejects.toThrow(NotACopy)
    expect(await opened(server.url).readSecret('key')).toBeUndefined()
  })
})
