import type { ProfileDocument } from '../../../../application/ports/profile-document.ts'
import type { RefusalDay } from '../../../../application/ports/refusal-day.ts'
import type { Defect } from './defect.ts'
import { withProfilesProjection, withProfilesStore } from './planting.ts'

export const projectionDefects: ReadonlyArray<Defect> = [
  {
    name: 'moves the checkpoint of a read model before its documents',
    seeds: 20,
    plant: (ports) => {
      const { apply } = ports.projectionStores.profiles
      return withProfilesStore(ports, {
        apply: async (generation, changes, from, to) => {
          const moved = await apply(generation, { ...changes, documents: [] }, from, to)
          return moved === 'applied' ? apply(generation, changes, to, to) : moved
        },
      })
    },
  },
  {
    name: 'moves the reply checkpoint before the confirm',
    seeds: 20,
    plant: (ports) => ({
      ...ports,
      sink: {
        publish: async (replies, signal) => {
          ports.sink.publish(replies, signal).catch(() => {})
        },
      },
    }),
  },
  {
    name: 'takes replies for confirmed that are only sent',
    seeds: 20,
    plant: (ports) => ({
      ...ports,
      sink: {
        publish: (replies, signal, onConfirmed) =>
          ports.sink.publish(replies, signal, () => onConfirmed?.(replies.length)),
      },
    }),
  },
  {
    name: 'folds and writes without checking revisions',
    seeds: 500,
    plant: (ports, outside) => {
      outside.readModels.profiles.guardsRevisions = false
      const { fold } = ports.projections.profiles
      const unseen = (document: ProfileDocument) => ({
        ...document,
        profile: { ...document.profile, revision: -1 },
      })
      return withProfilesProjection(ports, { fold: (present, events) => fold(present.map(unseen), events) })
    },
  },
  {
    name: 'counts a refusal again after a crash',
    seeds: 500,
    plant: (ports) => {
      const { refusals } = ports.projections
      const uncounted = (day: RefusalDay) => ({ ...day, revision: -1 })
      return {
        ...ports,
        projections: {
          ...ports.projections,
          refusals: {
            ...refusals,
            fold: (present, events) => refusals.fold(present.map(uncounted), events),
          },
        },
      }
    },
  },
  {
    name: 'leaves imports out of the search that came with a refusal',
    seeds: 20,
    plant: (ports) => {
      const { search } = ports.projections
      const fold: typeof search.fold = (present, events) =>
        events.some(({ event }) => event.type === 'ImportRejected') ? [] : search.fold(present, events)
      return { ...ports, projections: { ...ports.projections, search: { ...search, fold } } }
    },
  },
  {
    name: 'switches before the new generation has caught up',
    seeds: 20,
    focus: ['rebuild'],
    plant: (ports, { readModels: { profiles } }) => {
      const { create } = ports.projectionStores.profiles
      return withProfilesStore(ports, {
        create: async (version) => {
          const created = await create(version)
          const generation = profiles.generations.get(created.id)
          if (generation !== undefined && !created.live) profiles.makeLive(generation)
          return created
        },
      })
    },
  },
]
