import { expect, test } from 'vitest'
import type { Position } from '../../../application/ports/position.ts'
import type { StoredEvent } from '../../../domain/events/stored-event.ts'
import { recordedForm } from '../../../infrastructure/eventstoredb/to-recorded-event.ts'
import { anImportId, profileCreated, someContext } from '../../support/builders/event-builders.ts'

const sizeOf = (event: StoredEvent) =>
  recordedForm.sizeOf({
    position: '1/1' as Position,
    stream: 'profiles-1.7',
    revision: 0,
    eventId: anImportId(1),
    event,
  })

test('the size of an event is that of its message, even if the event is damaged', () => {
  const damaged = {
    type: 'Unreadable',
    storedType: 'ProfileCreated',
    reason: 'damaged',
    problem: '',
  } as const
  const context = someContext(1)
  const { bytes } = context.personal
  expect([profileCreated(1), { ...damaged, context }, damaged].map(sizeOf)).toEqual([bytes, bytes, 0])
})
