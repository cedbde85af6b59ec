import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { BACKWARDS, END, START, streamNameFilter } from '@eventstore/db-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Connection } from '../../../infrastructure/eventstoredb/connection.ts'
import { PulledSubscription } from '../../../infrastructure/eventstoredb/pulled-subscription.ts'
import { reading } from '../../../infrastructure/eventstoredb/read-events.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { appending, aServer, opened, timelessClock } from '../../support/eventstoredb/opened.ts'

const stream = 'profiles-1.7'

const aConnection = async (events: number, clock = timelessClock) => {
  const server = await aServer()
  await appending(opened(server.url), stream, -1, creations(0, events))
  const connection = new Connection(server.url, clock)
  onTestFinished(() => connection.close())
  return { server, connection, client: connection.current.client }
}

/** Resolves when the client has been told that the server has ended the call. */
const serversEnd = async (read: Readable): Promise<void> => {
  const [call]: Array<Readable> = await once(read, 'pipe')
  if (call !== undefined) await once(call, 'status')
}

// The first numbers fit into the buffers between server and reader; the last does not, so the server is held back.
describe('the client has no open call left', () => {
  test.each([1, 16, 33, 40])(
    'after the first of %s events that are read, all of them sent',
    async (events) => {
      const { connection, client } = await aConnection(events)
      let ended = Promise.resolve()
      const read = reading(connection, '$all', (_, options) => {
        const all = client.readAll(
          { ...options, direction: BACKWARDS, fromPosition: END },
          { highWaterMark: 16 },
        )
        ended = serversEnd(all)
        return all
      })
      await read.next()
      await ended
      await read.return(undefined)
      await client.dispose()
    },
  )

  test('after reading the first of 1000 events', async () => {
    const { connection, client } = await aConnection(1000)
    const read = reading(connection, '$all', (_, options) =>
      client.readAll({ ...options }, { highWaterMark: 16 }),
    )
    await read.next()
    await read.return(undefined)
    await client.dispose()
  })

  test.each([1, 128, 260])(
    'after %s events that the server sent before it ended the subscription',
    async (events) => {
      const { server, connection, client } = await aConnection(events)
      server.faults.subscriptions.push({ events, refusal: 'ended' })
      const filter = streamNameFilter({ prefixes: [stream], maxSearchWindow: 512 })
      const subscribed = client.subscribeToAll({ fromPosition: START, filter }, { highWaterMark: 128 })
      const ended = serversEnd(subscribed)
      const subscription = new PulledSubscription(subscribed, connection.current.lost)
      await ended
      subscription.close()
      await client.dispose()
    },
  )
})

test('a call that does not end does not delay closing', async () => {
  const { connection, client } = await aConnection(40, systemClock)
  const read = client.readAll({}, { highWaterMark: 16 })
  await serversEnd(read)
  let disposed = false
  void client.dispose().then(() => {
    disposed = true
  })
  await connection.close()
  expect(disposed).toBe(false)
})
