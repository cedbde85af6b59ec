import { expect, test } from 'vitest'
import { createExposition, type GaugeSources } from '../../../infrastructure/metrics/exposition.ts'
import { createMetrics } from '../../../infrastructure/metrics/metrics.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { anImportId } from '../../support/builders/event-builders.ts'
import { idleSources } from '../../support/idle-sources.ts'

const exposed = (sources: Partial<GaugeSources> = {}) =>
  createExposition(createMetrics(systemClock).registry, { ...idleSources, ...sources })

const linesOf = async (sources?: Partial<GaugeSources>) => (await exposed(sources).render()).split('\n')

test('a scrape shows the state of the service', async () => {
  const lines = await linesOf({
    connected: () =>
      new Map([
        ['imports', true],
        ['replies', false],
      ]),
    lags: async () =>
      new Map([
        ['profiles', { distance: 7, seconds: 1.5 }],
        ['replies', { distance: 2, seconds: undefined }],
      ]),
    unreadableEvents: async () => 3,
  })
  expect(lines).toEqual(
    expect.arrayContaining([
      'profile_importer_build_info{version="1.2.3"} 1',
      'profile_importer_ready 1',
      'profile_importer_standing_by 0',
      'profile_importer_broker_connected{connection="imports"} 1',
      'profile_importer_broker_connected{connection="replies"} 0',
      'profile_importer_lag_seconds{processor="profiles"} 1.5',
      'profile_importer_lag_events{processor="profiles"} 7',
      'profile_importer_lag_events{processor="replies"} 2',
      'profile_importer_last_outcome_age_seconds 5',
      'profile_importer_unreadable_events 3',
      'profile_importer_data_folder_free_bytes 1000000',
    ]),
  )
  expect(
    lines.filter((line) => line.startsWith('profile_importer_lag_seconds{processor="replies"}')),
  ).toEqual([])
  expect(lines.some((line) => line.startsWith('nodejs_eventloop_lag_p99_seconds '))).toBe(true)
})

test('the log and its epoch are labels', async () => {
  const identity = { log_id: anImportId(1), epoch: 20261130081500 }
  const lines = await linesOf({ logIdentity: async () => identity })
  const labels = `log_id="${identity.log_id}",epoch="20261130081500"`
  expect(lines).toContain(`profile_importer_log_info{${labels}} 1`)
})

test('a process whose roles lead to no outcomes has no age of the last', async () => {
  const lines = await linesOf({ outcomeAge: () => undefined })
  expect(lines.filter((line) => line.startsWith('profile_importer_last_outcome_age_seconds'))).toEqual([])
})

test('where a distance is not one of events, it is left out', async () => {
  const lines = await linesOf({ countsEvents: false })
  expect(lines).toContain('profile_importer_lag_seconds{processor="profiles"} 0')
  expect(lines.filter((line) => line.startsWith('profile_importer_lag_events{'))).toEqual([])
})

test.each([
  ['fails', () => Promise.reject(new Error('away'))],
  ['hangs', () => new Promise<never>(() => {})],
])(
  'a store that %s leaves only its own gauges empty, and delays no scrape beyond a second',
  async (_, ask) => {
    const began = performance.now()
    const lines = await linesOf({ logIdentity: ask, lags: ask, unreadableEvents: ask, freeBytes: ask })
    expect(performance.now() - began).toBeLessThan(1000)
    for (const empty of [
      'log_info',
      'lag_seconds',
      'lag_events',
      'unreadable_events',
      'data_folder_free_bytes',
    ])
      expect(lines.filter((line) => new RegExp(`^profile_importer_${empty}[ {]`).test(line))).toEqual([])
    expect(lines).toContain('profile_importer_messages_taken_total 0')
  },
)

test('a gauge that had a value is empty once its store is away', async () => {
  let away = false
  const unreadableEvents = () => (away ? Promise.reject(new Error('away')) : Promise.resolve(3))
  const { render } = exposed({ unreadableEvents })
  expect(await render()).toContain('profile_importer_unreadable_events 3')
  away = true
  expect(await render()).not.toMatch(/^profile_importer_unreadable_events /m)
})
