import { expect, test } from 'vitest'
import { EventStoreDbError } from '../../../infrastructure/eventstoredb/event-store-db-error.ts'
import { troubleOf } from '../../../infrastructure/eventstoredb/trouble.ts'

test('an error of the engine is a defect, not trouble of the store', () => {
  const defect = new TypeError('x is not a function')
  expect(troubleOf(defect, 'read $all')).toBe(defect)
})

test('an error of the client is trouble of the store', () => {
  expect(troubleOf(new Error('Failed to discover after 10 attempts.'), 'read $all')).toEqual(
    new EventStoreDbError('Failed to discover after 10 attempts.'),
  )
})
