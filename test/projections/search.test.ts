import { expect, test } from 'vitest'
import type { Position } from '../../application/ports/position.ts'
import { profileIdOf } from '../../domain/ids.ts'
import { termNumber } from '../../domain/searching/term-number.ts'
import { searchProjection } from '../../projections/search.ts'
import { anImportId, aTime, importRejected, profileCreated } from '../support/builders/event-builders.ts'

const projection = searchProjection(() => undefined, 'x')
const place = { stream: 'profiles-1.7', revision: 3, position: '9' as Position, eventId: anImportId(1) }
const unreadable = { type: 'Unreadable', storedType: 'x', reason: 'damaged', problem: '' } as const

test('every event that can be read has an entry, with the numbers of its terms in order', () => {
  const [created, rejected, ...others] = projection.fold(
    [],
    [
      { ...place, event: profileCreated(1) },
      { ...place, event: importRejected(2) },
      { ...place, event: unreadable },
    ],
  )
  expect(created).toMatchObject({
    position: '9',
    stream: 'profiles-1.7',
    revision: 3,
    time: Date.parse(aTime(1)),
    profileId: profileIdOf(anImportId(1)),
  })
  expect(created?.terms).toEqual(created?.terms.toSorted((a, b) => a - b))
  expect(created?.terms).toContain(termNumber('verdict created'))
  expect(rejected).not.toHaveProperty('profileId')
  expect(others).toEqual([])
})

test('changes its version with the definitions', () => {
  expect(searchProjection(() => undefined, 'y').version).not.toBe(projection.version)
})
