import type { ProfileDocument } from '../../../../application/ports/profile-document.ts'
import type { Defect } from './defect.ts'

export const projectionDefects: ReadonlyArray<Defect> = [
  {
    name: 'moves the checkpoint of a read model before its documents',
    seeds: 20,
    plant: (ports) => ({
      ...ports,
      profiles: {
        ...ports.profiles,
        apply: async (generation, changes, from, to) => {
          const moved = await ports.profiles.apply(generation, { ...changes, documents: [] }, from, to)
          return moved === 'applied' ? ports.profiles.apply(generation, changes, to, to) : moved
        },
      },
    }),
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
    name: 'folds and writes without looking at revisions',
    seeds: 500,
    plant: (ports, outside) => {
      outside.profiles.guardsRevisions = false
      const { fold, ...projection } = ports.profilesProjection
      const unseen = ({ profile, keys }: ProfileDocument) => ({ profile: { ...profile, revision: -1 }, keys })
      return {
        ...ports,
        profilesProjection: { ...projection, fold: (present, events) => fold(present.map(unseen), events) },
      }
    },
  },
  {
    name: 'switches before the new generation has caught up',
    seeds: 20,
    focus: ['rebuild'],
    plant: (ports, { profiles }) => ({
      ...ports,
      profiles: {
        ...ports.profiles,
        create: async (version) => {
          const created = await ports.profiles.create(version)
          const generation = profiles.generations.get(created.id)
          if (generation !== undefined && !created.live) profiles.makeLive(generation)
          return created
        },
      },
    }),
  },
]
