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
