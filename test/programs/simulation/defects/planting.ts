import type { AppendResult, StreamAppend } from '../../../../application/ports/event-store.ts'
import type { ImportSession } from '../../../../application/ports/import-source.ts'
import type { ImportEvent } from '../../../../domain/events/current.ts'
import type { ProjectionStores, Projections } from '../../../../projections/registry.ts'
import type { Plant } from '../service/cluster.ts'
import type { Outside } from '../service/outside.ts'
import type { Ports } from '../service/run-service.ts'

/** Every session of the source, changed. */
export const withSessions =
  (change: (session: ImportSession) => Partial<ImportSession>): Plant =>
  (ports) => ({
    ...ports,
    source: {
      open: async (signal) => {
        const session = await ports.source.open(signal)
        if (session === undefined) return undefined
        const { take, acknowledge, confirmOwnership, close } = {
          take: session.take.bind(session),
          acknowledge: session.acknowledge.bind(session),
          confirmOwnership: session.confirmOwnership.bind(session),
          close: session.close.bind(session),
        }
        return { take, acknowledge, confirmOwnership, close, ...change(session) }
      },
    },
  })

/** Every event that is appended, changed each time it is sent; `n` counts. */
export const changingEvents = (change: (event: ImportEvent, n: number) => unknown): Plant => {
  let n = 0
  return (ports) => ({
    ...ports,
    eventStore: {
      ...ports.eventStore,
      append: (appends) =>
        ports.eventStore.append(
          appends.map((append) => ({
            ...append,
            events: append.events.map(({ eventId, event }) => ({
              eventId,
              event: change(event, n++) as ImportEvent,
            })),
          })),
        ),
    },
  })
}

/** Replaces the result of an append that was not answered as appended. */
export const withFailedAppends =
  (
    instead: (
      result: AppendResult,
      append: StreamAppend,
      outside: Outside,
      ports: Ports,
    ) => Promise<AppendResult>,
  ): Plant =>
  (ports, outside) => ({
    ...ports,
    eventStore: {
      ...ports.eventStore,
      append: async (appends) => {
        const results = await ports.eventStore.append(appends)
        return Promise.all(
          results.map((result, i) => {
            const append = appends[i]
            return append === undefined || result.tag === 'Appended'
              ? result
              : instead(result, append, outside, ports)
          }),
        )
      },
    },
  })

export const appendAtPresentRevision = async (
  append: StreamAppend,
  { log }: Outside,
  { eventStore }: Ports,
) => {
  const expectedRevision = log.stream(append.stream).length - 1
  const [result] = await eventStore.append([{ ...append, expectedRevision }])
  return result ?? { tag: 'Conflict' as const, stream: append.stream }
}

export const withProfilesProjection = (ports: Ports, change: Partial<Projections['profiles']>): Ports => ({
  ...ports,
  projections: { ...ports.projections, profiles: { ...ports.projections.profiles, ...change } },
})

export const withProfilesStore = (ports: Ports, change: Partial<ProjectionStores['profiles']>): Ports => ({
  ...ports,
  projectionStores: {
    ...ports.projectionStores,
    profiles: { ...ports.projectionStores.profiles, ...change },
  },
})
