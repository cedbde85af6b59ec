import { describe, expect, test } from 'vitest'
import { importIdOf, importIdOfLine, reusedIdOf } from '../../../application/import-id.ts'
import type { RecordedEvent } from '../../../application/ports/event-store.ts'
import type { Position } from '../../../application/ports/position.ts'
import type { MessageSource } from '../../../domain/events/current.ts'
import type { ImportId } from '../../../domain/ids.ts'
import { mayAnswer } from '../../../infrastructure/ndjson/may-answer.ts'
import { systemIds } from '../../../infrastructure/system/system-ids.ts'
import { importRejected, someContext } from '../../support/builders/event-builders.ts'

const line = (run: string, n: number): MessageSource => ({ kind: 'ndjson', run, line: n })
const queue: MessageSource = { kind: 'queue', queue: 'database_import' }
const properties = { message_id: 'm', app_id: 'a' }

const recorded = (eventId: ImportId, source: MessageSource): RecordedEvent => ({
  position: '1' as Position,
  stream: 'rejectedImports',
  revision: 0,
  eventId,
  event: importRejected(1, { tag: 'NotJson' }, { import_id: eventId, source, properties }),
})

const { sha256 } = someContext(1).personal
const queued = importIdOf(queue, properties) ?? systemIds.fresh()

describe('an event may belong to a line of the run', () => {
  test.each([
    ['if it names the line', recorded(importIdOfLine('run-1', 1), line('run-1', 1))],
    ['if it names another line', recorded(importIdOfLine('run-1', 1), line('run-1', 2))],
    ['even if it names another run', recorded(importIdOfLine('run-1', 1), line('run-0', 1))],
    ['even if it names a queue', recorded(importIdOfLine('run-1', 1), queue)],
    ['if it repeats the line', recorded(systemIds.fresh(), line('run-1', 1))],
  ])('%s', (_, event) => {
    expect(mayAnswer('run-1')(event)).toBe(true)
  })

  test('if it names no source', () => {
    const event = {
      type: 'Unreadable',
      storedType: 'ProfileCreated',
      reason: 'damaged',
      problem: '',
    } as const
    expect(mayAnswer('run-1')({ ...recorded(queued, queue), event })).toBe(true)
  })
})

test.each([
  ['of a line of another run', recorded(importIdOfLine('run-0', 1), line('run-0', 1))],
  ['that repeats one of another run', recorded(systemIds.fresh(), line('run-0', 1))],
  ['of a queue', recorded(queued, queue)],
  ['of a queue, whose message_id was used before', recorded(reusedIdOf(queued, sha256), queue)],
  ['of a queue, without message_id or a repetition', recorded(systemIds.fresh(), queue)],
])('an event %s is not', (_, event) => {
  expect(mayAnswer('run-1')(event)).toBe(false)
})
