import { expect, test } from 'vitest'
import type { Position } from '../../application/ports/position.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import type { ImportEvent } from '../../domain/events/current.ts'
import { profileIdOf } from '../../domain/ids.ts'
import { databaseStream } from '../../domain/streams.ts'
import { profilesProjection } from '../../projections/profiles.ts'
import { aDatabase, anImportId, profileCreated, profileUpdated } from '../support/builders/event-builders.ts'

const { fold } = profilesProjection(() => undeclared, '1')

const recorded = (event: ImportEvent, db_id: number, revision: number) => ({
  event,
  eventId: event.public.import_id,
  stream: databaseStream(aDatabase(1, db_id)),
  revision,
  position: String(revision) as Position,
})

test('an update in one database of a profile in another is skipped', () => {
  const created = profileCreated(1, { database: aDatabase(1, 7) })
  const updated = profileUpdated(2, {
    database: aDatabase(1, 8),
    profileId: profileIdOf(anImportId(1)),
    changes: [{ field: 'a', action: 'set', value: 1 }],
  })
  const events = [recorded(created, 7, 0), recorded(updated, 8, 1)]
  expect(fold([], events)).toEqual(fold([], events.slice(0, 1)))
})

test('a document says when its profile was created and when it last changed, whatever the batches', () => {
  const told = { profileId: profileIdOf(anImportId(1)) }
  const at = (time: string) => ({ context: { time } })
  const change = [{ field: 'a', action: 'set', value: 1 } as const]
  const events = [
    recorded(profileCreated(1, at('2026-01-01T10:00:00.5Z')), 7, 0),
    recorded(profileUpdated(2, { ...told, changes: change, ...at('2026-01-02T00:00:00Z') }), 7, 1),
    recorded(profileUpdated(3, { ...told, ...at('2026-01-03T00:00:00Z') }), 7, 2),
  ]
  const times = [['2026-01-01T10:00:00.500Z', '2026-01-02T00:00:00.000Z']]
  const timesOf = (documents: ReturnType<typeof fold>) =>
    documents.map(({ createdAt, updatedAt }) => [createdAt, updatedAt])
  const all = fold([], events)
  expect(timesOf(all)).toEqual(times)
  expect(all[0]?.profile.revision).toBe(2)
  expect(fold(fold(fold([], events.slice(0, 1)), events.slice(1, 2)), events.slice(2))).toEqual(all)
})
