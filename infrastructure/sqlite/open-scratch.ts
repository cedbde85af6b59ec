import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { Scratch, ScratchProfiles } from '../../application/ports/scratch.ts'
import { idKey } from '../../domain/matching/keys.ts'
import type { Projection } from '../../projections/projection.ts'
import { applyToGeneration } from '../../projections/read-model-projector.ts'
import { openSqliteReadModels } from './open-sqlite.ts'
import { readModelFile } from './schema.ts'

type ProfilesProjection = Projection<ProfileRef, ProfileDocument>

interface OpenedScratchProfiles extends ScratchProfiles {
  close(): void
}

export interface OpenedScratch extends Scratch {
  close(): void
}

/** Scratch profiles in a folder, which the caller removes after closing them. */
export const openScratch = async (folder: string, projection: ProfilesProjection): Promise<OpenedScratch> => {
  const [rehearsed, recorded] = [join(folder, 'rehearsed'), join(folder, 'recorded')]
  const past = await openProfiles(rehearsed, projection)
  const opened = new Set([past])
  const reopen = async (path: string, projection: ProfilesProjection) => {
    const profiles = await openProfiles(path, projection)
    opened.add(profiles)
    return profiles
  }
  return {
    version: projection.version,
    past,
    split: async () => {
      past.close()
      opened.delete(past)
      mkdirSync(recorded, { mode: 0o700 })
      // Closed, so nothing is left in a write-ahead log.
      copyFileSync(join(rehearsed, readModelFile.name), join(recorded, readModelFile.name))
      return {
        recorded: await reopen(recorded, foundById(projection)),
        rehearsed: await reopen(rehearsed, projection),
      }
    },
    close: () => {
      for (const profiles of opened) profiles.close()
    },
  }
}

/** Nothing is matched against the recorded profiles, and most of the work of storing a profile is its keys. */
const foundById = (projection: ProfilesProjection): ProfilesProjection => ({
  ...projection,
  fold: (present, events) =>
    projection
      .fold(present, events)
      .map((document) => ({ ...document, keys: [idKey(document.profile.profile_id)] })),
})

const openProfiles = async (
  folder: string,
  projection: ProfilesProjection,
): Promise<OpenedScratchProfiles> => {
  const {
    projectionStores,
    profileDirectory: directory,
    close,
  } = openSqliteReadModels(folder, { durable: false })
  const store = projectionStores.profiles
  const { id, checkpoint } = (await store.generations())[0] ?? (await store.create(projection.version))
  let taken = Number(checkpoint)
  return {
    directory,
    take: async (events) => {
      const from = taken === 0 ? beginning : positionOf(taken)
      if (events.length === 0) return from
      const placed = events.map((event, i) => ({
        ...event,
        position: positionOf(taken + i + 1),
        eventId: event.event.public.import_id,
      }))
      taken += events.length
      const applied = await applyToGeneration(projection, store, id, placed, from, positionOf(taken))
      if (applied !== 'applied') throw new Error(`scratch profiles are ${applied}`)
      return positionOf(taken)
    },
    count: () => store.count(id),
    load: async (refs) => {
      const documents: Array<ProfileDocument> = []
      for (let rest = refs; rest.length > 0; ) {
        const loaded = await store.load(id, rest)
        if (loaded === 'gone') throw new Error('scratch profiles are gone')
        documents.push(...loaded.documents)
        rest = rest.slice(rest.length - loaded.left)
      }
      return documents
    },
    scan: (signal) => store.scan(id, signal),
    close,
  }
}

const positionOf = (taken: number): Position => String(taken) as Position
