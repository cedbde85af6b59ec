import { expect, test } from 'vitest'
import { createMetrics } from '../../../infrastructure/metrics/metrics.ts'
import { anImportId } from '../../support/builders/event-builders.ts'

const idle = {
  logIdentity: async () => undefined,
  projectionLag: async () => new Map<string, number>(),
  unreadableEvents: async () => 0,
}

test('the metrics report what happened', async () => {
  const metrics = createMetrics({
    logIdentity: async () => ({ log_id: anImportId(1), epoch: 20261130081500 }),
    projectionLag: async () =>
      new Map([
        ['profiles', 7],
        ['imports', 0],
      ]),
    unreadableEvents: async () => 3,
  })
  metrics.taken(200)
  metrics.outcomes('created', 2)
  metrics.outcomes('duplicate', 1)
  metrics.outcomes('rejected', 1)
  metrics.refused(404)
  metrics.redeliveriesAbsorbed(3)
  metrics.appendConflict()
  metrics.appendUnknown()
  metrics.replaysUnproven(2)
  metrics.batchDone(200, 0.004)
  metrics.replied(0.03)
  const lines = (await metrics.render()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'profile_importer_messages_taken_total 200',
      'profile_importer_imports_total{verdict="created"} 2',
      'profile_importer_imports_total{verdict="duplicate"} 1',
      'profile_importer_rejections_total{code="404"} 1',
      'profile_importer_redeliveries_absorbed_total 3',
      'profile_importer_append_conflicts_total 1',
      'profile_importer_append_unknown_total 1',
      'profile_importer_replay_marks_refused_total 2',
      'profile_importer_batch_messages_bucket{le="200"} 1',
      'profile_importer_batch_messages_bucket{le="100"} 0',
      'profile_importer_batch_duration_seconds_sum 0.004',
      'profile_importer_reply_latency_seconds_bucket{le="0.05"} 1',
      'profile_importer_projection_lag{projection="profiles"} 7',
      'profile_importer_projection_lag{projection="imports"} 0',
      'profile_importer_unreadable_events 3',
      `profile_importer_log_info{log_id="${anImportId(1)}",epoch="20261130081500"} 1`,
    ]),
  )
  expect(lines.some((line) => line.startsWith('nodejs_eventloop_lag_p99_seconds '))).toBe(true)
})

test('an unavailable store leaves only its own gauge empty', async () => {
  const metrics = createMetrics({
    logIdentity: () => Promise.reject(new Error('away')),
    projectionLag: () => Promise.reject(new Error('away')),
    unreadableEvents: () => Promise.reject(new Error('away')),
  })
  const text = await metrics.render()
  expect(text).not.toContain('projection_lag{')
  expect(text).not.toContain('log_info{')
  expect(text).not.toMatch(/^profile_importer_unreadable_events /m)
  expect(text).toContain('profile_importer_messages_taken_total 0')
})

test('two registries in one process are independent', async () => {
  const [one, other] = [createMetrics(idle), createMetrics(idle)]
  one.taken(1)
  expect(await other.render()).toContain('profile_importer_messages_taken_total 0')
})
