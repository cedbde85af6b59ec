import { expect, test } from 'vitest'
import { forkedAt } from '../../../application/epochs.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { StatusFacts } from '../../../infrastructure/cli/status-facts.ts'
import { statusTable } from '../../../infrastructure/cli/status-table.ts'
import { anImportId } from '../../support/builders/event-builders.ts'

const facts = (log: StatusFacts['log']): StatusFacts => ({
  log,
  lag_unit: 'events',
  data: { folder: 'data', bytes: null, free_bytes: null },
  service: null,
  broker: null,
  readModels: { read_models: {}, unreadable: { events: 0, examples: [] } },
  replies: null,
  pass_over: [],
})

const aLog = { log_id: anImportId(1), epoch: 1 }
const end = '9' as Position
const forksIn = (log: StatusFacts['log']) => statusTable(facts(log)).filter((line) => line.startsWith('fork'))

test('the forks of a log are listed, oldest first', () => {
  const once = forkedAt(aLog, beginning, Date.parse('2026-11-30T08:15:00Z'))
  const twice = forkedAt(once, '7' as Position, Date.parse('2026-12-01T09:00:00Z'))
  expect(forksIn({ ...twice, end })).toEqual([
    'fork         epoch 20261130081500 goes on from the beginning, restored at 2026-11-30T08:15:00.000Z',
    'fork         epoch 20261201090000 goes on from position 7, restored at 2026-12-01T09:00:00.000Z',
  ])
  expect(statusTable(facts({ ...twice, end }))[0]).toContain(', epoch 20261201090000, end 9')
})

test('a log that was never restored has no forks', () => {
  expect(forksIn({ ...aLog, end })).toEqual([])
})

test('while the read models are away, the table says why, and has the rest', () => {
  const readModels = { trouble: 'MongoDB: no usable server' }
  const lines = statusTable({ ...facts({ ...aLog, end }), readModels })
  expect(lines).toContainEqual(expect.stringMatching(/^read models +unknown: MongoDB: no usable server$/))
  expect(lines.at(-1)).toMatch(/^replies +none yet$/)
  expect(lines.join()).not.toContain('unreadable')
})
