import { expect, test } from 'vitest'
import { createMetrics } from '../../../infrastructure/metrics/metrics.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'

const linesOf = async ({ registry }: ReturnType<typeof createMetrics>) =>
  (await registry.metrics()).split('\n')

test('the metrics report what happened', async () => {
  const metrics = createMetrics(systemClock)
  metrics.taken(200)
  metrics.answered('created', 2)
  metrics.answered('duplicate', 1)
  metrics.answered('rejected', 1)
  metrics.refused(404, { tag: 'ProfileNotFound' })
  metrics.redeliveriesAbsorbed(3)
  metrics.appendConflict()
  metrics.appendUnknown()
  metrics.replaysUnproven(2)
  metrics.batchDone(200, 0.004)
  metrics.replied(0.03)
  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'profile_importer_messages_taken_total 200',
      'profile_importer_imports_total{verdict="created"} 2',
      'profile_importer_imports_total{verdict="duplicate"} 1',
      'profile_importer_rejections_total{code="404",reason="ProfileNotFound"} 1',
      'profile_importer_redeliveries_absorbed_total 3',
      'profile_importer_append_conflicts_total 1',
      'profile_importer_append_unknown_total 1',
      'profile_importer_replay_marks_refused_total 2',
      'profile_importer_batch_messages_bucket{le="200"} 1',
      'profile_importer_batch_messages_bucket{le="100"} 0',
      'profile_importer_batch_duration_seconds_sum 0.004',
      'profile_importer_reply_latency_seconds_bucket{le="0.05"} 1',
    ]),
  )
})

test('every verdict, and every code with each of its reasons, is there from the start', async () => {
  const lines = await linesOf(createMetrics(systemClock))
  const startingWith = (text: string) => lines.filter((line) => line.startsWith(`profile_importer_${text}{`))
  expect(startingWith('imports_total')).toEqual(
    ['created', 'updated', 'unchanged', 'rejected', 'duplicate'].map(
      (verdict) => `profile_importer_imports_total{verdict="${verdict}"} 0`,
    ),
  )
  const rejections = startingWith('rejections_total')
  expect(rejections).toContain('profile_importer_rejections_total{code="500",reason="Defect"} 0')
  expect(rejections.every((line) => line.endsWith(' 0'))).toBe(true)
  const codes = rejections.map((line) => /code="(\d+)"/.exec(line)?.[1])
  expect([...new Set(codes)].toSorted()).toEqual(['400', '404', '409', '413', '500'])
})

test('the age of the last outcome is that of the last one recorded or answered, at first of the process', () => {
  let elapsed = 1000
  const metrics = createMetrics({ ...systemClock, elapsed: () => elapsed })
  elapsed = 4000
  expect(metrics.outcomeAge()).toBe(3)
  metrics.recorded()
  elapsed = 5500
  expect(metrics.outcomeAge()).toBe(1.5)
  metrics.answered('updated', 1)
  expect(metrics.outcomeAge()).toBe(0)
})

test('a clock that was set back makes no latency negative: the sum never decreases', async () => {
  const metrics = createMetrics(systemClock)
  metrics.replied(0.5)
  metrics.replied(-3600)
  expect(await linesOf(metrics)).toContain('profile_importer_reply_latency_seconds_sum 0.5')
})

test('two registries in one process are independent', async () => {
  const [one, other] = [createMetrics(systemClock), createMetrics(systemClock)]
  one.taken(1)
  expect(await linesOf(other)).toContain('profile_importer_messages_taken_total 0')
})
