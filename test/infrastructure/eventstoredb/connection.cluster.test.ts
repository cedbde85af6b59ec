import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { appending, aServer, idsOf, opened, taking } from '../../support/eventstoredb/opened.ts'
import { refusals } from '../../support/eventstoredb/stand-in/refusals.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { until } from '../../support/until.ts'

const stream = 'profiles-1.7'
const never = new AbortController().signal
const nodeOf = ({ port }: StandIn) => ({ host: 'localhost', port })

const aCluster = async () => {
  const first = await aServer()
  const second = await aServer({ log: first.log })
  const elect = (leader: StandIn | undefined) => {
    for (const node of [first, second]) {
      node.leader = leader === undefined || leader === node ? undefined : nodeOf(leader)
      node.members = [first, second].map((member) => ({ ...nodeOf(member), leader: member === leader }))
    }
  }
  elect(first)
  const url = `esdb://localhost:${first.port},localhost:${second.port}?tls=false&maxDiscoverAttempts=3`
  return { first, second, elect, url }
}

describe('a cluster', () => {
  test('finds the leader, and the new one when the old one names it', async () => {
    const { first, second, elect, url } = await aCluster()
    const store = opened(url)
    expect(await appending(store, stream, -1, creations(0, 1))).toMatchObject({ tag: 'Appended' })
    elect(second)
    first.members = undefined
    const unknown = await appending(store, stream, 0, creations(1, 1))
    expect(unknown).toMatchObject({
      tag: 'Unknown',
      cause: { message: 'EventStoreDB: 5 NOT_FOUND: Leader info available', kind: 'away' },
    })
    expect(await appending(store, stream, 0, creations(1, 1))).toMatchObject({ tag: 'Appended' })
    expect(idsOf(await taking(store.read(beginning, never)))).toEqual(idsOf(creations(0, 2)))
  })

  test('continues with the other node when the leader is down', async () => {
    const { first, second, elect, url } = await aCluster()
    const store = opened(url)
    await appending(store, stream, -1, creations(0, 1))
    const subscription = store.subscribe(beginning, never)[Symbol.asyncIterator]()
    await subscription.next()
    const lost = expect(subscription.next()).rejects.toThrow(/^EventStoreDB: /)
    first.down = true
    elect(second)
    await lost
    await until(async () => (await appending(store, stream, 0, creations(1, 1))).tag === 'Appended')
    expect(idsOf(await taking(store.subscribe(beginning, never), 2))).toEqual(idsOf(creations(0, 2)))
  })

  // The client does not await its own error handling: a failure in it would be an unhandled rejection, and fail this
  // run.
  test('survives an error on the old channel while no leader is found', async () => {
    const { first, second, url } = await aCluster()
    const store = opened(url)
    await appending(store, stream, -1, creations(0, 5))
    const refusal = refusals.unavailable('gone')
    first.faults.subscriptions.push({ events: 6, refusal }, { events: 7, refusal })
    const subscribed = [1, 2].map(() => taking(store.subscribe(beginning, never), 8))
    const outcomes = subscribed.map((events) =>
      expect(events).rejects.toThrow('EventStoreDB: 14 UNAVAILABLE: gone'),
    )
    await until(() => first.sent === 10)
    first.members = second.members = undefined
    const event = { id: randomUUID(), type: 'x', contentType: 'application/json' }
    const write = () =>
      first.log.append(stream, 'any', [{ ...event, data: Buffer.from('{}'), metadata: Buffer.from('{}') }])
    write()
    await outcomes[0]
    const discovery = expect(store.end()).rejects.toThrow(
      'EventStoreDB: Failed to discover after 3 attempts.',
    )
    write()
    await Promise.all([...outcomes, discovery])
  })
})
