import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { installProjections } from '../../../infrastructure/eventstoredb/install-projections.ts'
import { profileLinksQuery } from '../../../infrastructure/eventstoredb/profile-links.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { importRejected, profileCreated, profileUpdated } from '../../support/builders/event-builders.ts'
import { aServer } from '../../support/eventstoredb/opened.ts'

describe('install-projections', () => {
  it('creates the projection, and updates it when it is there', async () => {
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

  it('says what is wrong when the server is not there', async () => {
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

/** What the query links, run as the server runs it: handlers by event type. */
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

describe('the projection profile-links', () => {
  it('links the events of each profile, and no other', () => {
    const created = { streamId: 'profiles-1.7', ...profileCreated(1) }
    const updated = { streamId: 'profiles-1.7', ...profileUpdated(2) }
    const rejected = { streamId: 'profiles-1.7', ...importRejected(3) }
    const foreign = { streamId: 'others', ...profileCreated(4) }
    const redacted = { streamId: 'profiles-1.7', type: 'ProfileCreated' }
    expect(linksOf([created, updated, rejected, foreign, redacted])).toEqual([
      [`profile-1.7.${created.type === 'ProfileCreated' ? created.data.profile_id : ''}`, created],
      [`profile-1.7.${updated.type === 'ProfileUpdated' ? updated.data.profile_id : ''}`, updated],
    ])
  })
})
