import { AccessDeniedError } from '@eventstore/db-client'
import { Metadata, status } from '@grpc/grpc-js'
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

test.each([
  [
    'read $all',
    'the user of EVENTSTORE_URL may not read $all (7 PERMISSION_DENIED): see docs/eventstoredb.md',
  ],
  ['connect', '7 PERMISSION_DENIED: set user and password in EVENTSTORE_URL'],
] as const)('a refusal to let somebody %s says what to do', (right, text) => {
  const answer = { code: status.PERMISSION_DENIED, details: '', metadata: new Metadata() }
  const denied = new AccessDeniedError(Object.assign(new Error('7 PERMISSION_DENIED'), answer))
  expect(troubleOf(denied, right)).toEqual(new EventStoreDbError(text, 'refusing'))
})
