import { createContext, runInContext } from 'node:vm'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ImportEvent } from '../../../domain/events/current.ts'
import { profileIdOf } from '../../../domain/ids.ts'
import {
  installProjections,
  OutdatedProjection,
} from '../../../infrastructure/eventstoredb/install-projections.ts'
import { openEventStoreDb } from '../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { profileLinksQuery } from '../../../infrastructure/eventstoredb/profile-links.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import {
  anImportId,
  importRejected,
  profileCreated,
  profileUpdated,
} from '../../support/builders/event-builders.ts'
import { aServer, hastyClock } from '../../support/eventstoredb/opened.ts'
import { refusals } from '../../support/eventstoredb/stand-in/refusals.ts'
import { until } from '../../support/until.ts'

describe('install-projections', () => {
  test('creates the projection, and updates an existing one', async () => {
    const server = await aServer()
    const installed = { query: profileLinksQuery, emits: true, enabled: true }
    expect(await installProjections(server.url, systemClock)).toEqual([
      { projection: 'profile-links', action: 'created' },
    ])
    expect(server.projections.get('profile-links')).toEqual({ ...installed, updates: 0 })
    expect(await installProjections(server.url, systemClock)).toEqual([
      { projection: 'profile-links', action: 'updated' },
    ])
    expect(server.projections.get('profile-links')).toEqual({ ...installed, updates: 1 })
  })

  test('must be run again before anything is written if an earlier version is installed', async () => {
    const server = await aServer()
    server.projections.set('profile-links', { query: 'of before', emits: true, enabled: true, updates: 0 })
    const { prepare, close } = openEventStoreDb(server.url, { clock: systemClock })
    onTestFinished(close)
    await expect(prepare()).rejects.toThrow(OutdatedProjection)
    await installProjections(server.url, systemClock)
    await prepare()
  })

  describe('when an earlier version is installed and the server does not say so', () => {
    const withFormer = async (clock = systemClock) => {
      const server = await aServer()
      server.projections.set('profile-links', { query: 'of before', emits: true, enabled: true, updates: 0 })
      const { prepare, close } = openEventStoreDb(server.url, { clock })
      onTestFinished(close)
      return { server, prepare }
    }

    test('because it is away at that moment, it is asked again', async () => {
      const { server, prepare } = await withFormer()
      server.faults.projections.push(refusals.unavailable('Server Is Not Ready'))
      await expect(prepare()).rejects.toMatchObject({
        kind: 'away',
        message: expect.stringContaining('Server Is Not Ready'),
      })
      await expect(prepare()).rejects.toThrow(OutdatedProjection)
    })

    test.each([
      ['it runs no projections', refusals.unimplemented()],
      ['it may not be asked', refusals.accessDenied()],
      [
        'it says no more than that',
        refusals.unknown('Envelope callback expected Statistics, received NotAuthorized'),
      ],
    ])('because %s, there is nothing to report', async (_, refusal) => {
      const { server, prepare } = await withFormer()
      server.faults.projections.push(refusal)
      await prepare()
    })

    test('because it runs no projections and leaves the question unanswered, there is nothing to report', async () => {
      const { server, prepare } = await withFormer(hastyClock)
      server.faults.projections.push('silence')
      await prepare()
    })

    test('because it went away while it was asked, it is asked again', async () => {
      const { server, prepare } = await withFormer(hastyClock)
      server.faults.projections.push('silence')
      const prepared = prepare()
      await until(() => server.faults.projections.length === 0)
      server.faults.reads.push('silence')
      await expect(prepared).rejects.toMatchObject({ kind: 'away' })
      await expect(prepare()).rejects.toThrow(OutdatedProjection)
    })
  })

  describe('on a server whose answers the client cannot read, because it compresses them', () => {
    test('creates and updates the projection', async () => {
      const server = await aServer()
      server.compresses = true
      const installed = { query: profileLinksQuery, emits: true, enabled: true }
      expect(await installProjections(server.url, systemClock)).toEqual([
        { projection: 'profile-links', action: 'created' },
      ])
      expect(server.projections.get('profile-links')).toEqual({ ...installed, updates: 0 })
      const former = { query: 'of before', emits: true, enabled: false, updates: 0 }
      server.projections.set('profile-links', former)
      expect(await installProjections(server.url, systemClock)).toEqual([
        { projection: 'profile-links', action: 'updated' },
      ])
      expect(server.projections.get('profile-links')).toEqual({ ...installed, updates: 1 })
    })

    test.each(['update', 'enable'] as const)(
      'does not take it for installed if the %s failed',
      async (call) => {
        const server = await aServer()
        const former = { query: 'of before', emits: true, enabled: false, updates: 0 }
        server.projections.set('profile-links', former)
        server.faults.projectionChanges.push({ call, refusal: refusals.unreadable() })
        await expect(installProjections(server.url, systemClock)).rejects.toThrow(/Failed to decompress/)
        const { prepare, close } = openEventStoreDb(server.url, { clock: systemClock })
        onTestFinished(close)
        await expect(prepare()).rejects.toThrow(OutdatedProjection)
      },
    )

    test.each([
      ['nobody has created it', undefined],
      ['somebody else has created it with another query', 'of somebody else'],
    ])('does not take it for created if %s', async (_, query) => {
      const server = await aServer()
      server.faults.projectionChanges.push({
        call: 'create',
        // When the call arrives.
        get refusal() {
          if (query !== undefined) {
            server.projections.set('profile-links', { query, emits: true, enabled: true, updates: 0 })
            server.log.writeSystemEvent('$ProjectionUpdated', '$projections-profile-links', { query })
          }
          return refusals.unreadable()
        },
      })
      await expect(installProjections(server.url, systemClock)).rejects.toThrow(/Failed to decompress/)
      expect(server.log.stream('projection-profile-links')).toEqual([])
    })

    test('names the stream that it may not read to find out', async () => {
      const server = await aServer()
      await installProjections(server.url, systemClock)
      server.compresses = true
      server.denied.add('read $projections-profile-links')
      await expect(installProjections(server.url, systemClock)).rejects.toThrow(
        /may not read \$projections-profile-links/,
      )
    })
  })

  test('fails if the server went away while it was asked for an update, even if the query is the same', async () => {
    const server = await aServer()
    await installProjections(server.url, systemClock)
    const refusal = refusals.unavailable('Server Is Not Ready')
    server.faults.projectionChanges.push({ call: 'update', refusal })
    await expect(installProjections(server.url, systemClock)).rejects.toThrow(/Server Is Not Ready/)
  })

  test('says that the user may not manage projections', async () => {
    const server = await aServer()
    server.denied.add('manage projections')
    await expect(installProjections(server.url, systemClock)).rejects.toThrow(
      /^EventStoreDB: the user of EVENTSTORE_URL may not manage projections \(.*NotAuthorized.*\): see docs\/eventstoredb\.md$/,
    )
  })

  test('need not be run', async () => {
    const server = await aServer()
    const { prepare, close } = openEventStoreDb(server.url, { clock: systemClock })
    onTestFinished(close)
    await prepare()
  })

  test('says what is wrong when there is no server', async () => {
    const server = await aServer()
    server.down = true
    await expect(installProjections(server.url, systemClock)).rejects.toThrow(/^EventStoreDB: 14 UNAVAILABLE/)
  })
})

interface ProjectedEvent {
  readonly streamId: string
  readonly type: string
  readonly data?: unknown
}

/** What the query links, run as by the server: handlers by event type. */
const linksOf = (events: ReadonlyArray<ProjectedEvent>) => {
  const links: Array<[string, ProjectedEvent]> = []
  const handlers: Record<string, (state: object, event: ProjectedEvent) => object> = {}
  const context = createContext({
    fromAll: () => ({ when: (given: typeof handlers) => Object.assign(handlers, given) }),
    linkTo: (stream: string, event: ProjectedEvent) => links.push([stream, event]),
  })
  runInContext(profileLinksQuery, context)
  for (const event of events) handlers[event.type]?.({}, event)
  return links
}

/** In its form on the server. */
const stored = (streamId: string, { type, ...data }: ImportEvent): ProjectedEvent => ({
  streamId,
  type,
  data,
})

describe('the projection profile-links', () => {
  test('links the events of each profile, and no others', () => {
    const created = stored('profiles-1.7', profileCreated(1))
    const updated = stored('profiles-1.7', profileUpdated(2))
    const ofVersion1 = {
      streamId: 'profiles-1.7',
      type: 'ProfileUpdated',
      data: { account_id: 1, db_id: 7, profile_id: 'p', changes: [], subscriptions: [] },
    }
    const rejected = stored('profiles-1.7', importRejected(3))
    const foreign = stored('others', profileCreated(4))
    const redacted = { streamId: 'profiles-1.7', type: 'ProfileCreated' }
    expect(linksOf([created, updated, ofVersion1, rejected, foreign, redacted])).toEqual([
      [`profile-1.7.${profileIdOf(anImportId(1))}`, created],
      [`profile-1.7.${profileIdOf(anImportId(2))}`, updated],
      ['profile-1.7.p', ofVersion1],
    ])
  })
})
