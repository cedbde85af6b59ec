import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { serviceBench } from '../support/real-processes/service-bench.ts'
import { hasPromtool } from '../support/servers/has-promtool.ts'
import { until } from '../support/until.ts'
import { metricNamesIn } from './metric-names.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string }
}

const alertsFile = resolve('deploy/alerts.yml')
const rules: ReadonlyArray<Rule> = parse(readFileSync(alertsFile, 'utf8')).groups.flatMap(
  (group: { readonly rules: ReadonlyArray<Rule> }) => group.rules,
)
const dashboard = JSON.parse(readFileSync('deploy/dashboard.json', 'utf8'))
const panelExpressions: ReadonlyArray<string> = dashboard.panels.flatMap(
  (panel: { readonly targets: ReadonlyArray<{ readonly expr: string }> }) =>
    panel.targets.map(({ expr }) => expr),
)
const variables: ReadonlyArray<{ readonly query: string }> = dashboard.templating.list

test('each alert has a name of its own, an expression, a severity and a sentence, and docs/metrics.md explains it', () => {
  const docs = readFileSync('docs/metrics.md', 'utf8')
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  for (const { alert, expr, labels, annotations } of rules) {
    expect(alert).toMatch(/^ProfileImporter[A-Z]\w+$/)
    expect(expr).not.toBe('')
    expect(['warning', 'critical']).toContain(labels.severity)
    expect(annotations.summary).toMatch(/^[A-Z].*[.?]$/)
    expect(docs).toContain(`\`${alert}\``)
  }
})

const rabbitmqUrl = inject('rabbitmqUrl')

test.skipIf(rabbitmqUrl === undefined)(
  'the service serves every metric that the alerts and the dashboard name, and docs/metrics.md lists all of its own',
  async () => {
    const bench = serviceBench(rabbitmqUrl ?? '')
    onTestFinished(() => bench.dispose())
    const service = bench.start()
    await service.ready()
    const collector = await bench.collect()
    await bench.publish([{ body: '{"account_id":1,"db_id":1,"email":"ann@example.com","data":{}}' }])
    await collector.answered(1)
    let metrics = ''
    await until(async () => {
      metrics = (await service.get('/metrics')).text
      return metrics.includes('\nprofile_importer_imports_total{verdict="created"} 1\n')
    })
    expect(await service.stop()).toBe(0)

    const served = new Set(metrics.match(/^\w+(?=[ {])/gm))
    const queries = variables.map(({ query }) => query).filter((query) => query.includes('('))
    const named = [...rules.map(({ expr }) => expr), ...panelExpressions, ...queries].flatMap(metricNamesIn)
    expect(named.length).toBeGreaterThan(rules.length)
    expect(named.filter((name) => !served.has(name))).toEqual([])
    const code = /rejections_total\{code="500"\}/
    expect(rules.some(({ expr }) => code.test(expr)) && /rejections_total\{code="500",/.test(metrics)).toBe(
      true,
    )

    const docs = readFileSync('docs/metrics.md', 'utf8')
    const own = [...metrics.matchAll(/^# TYPE (profile_importer_\w+)/gm)].map(([, name]) => name ?? '')
    expect(own.filter((name) => !docs.includes(`\`${name.replace('profile_importer_', '')}`))).toEqual([])
  },
)

if (!hasPromtool() && process.env.CI === 'true') {
  throw new Error("the trials of the alerts need promtool, of Debian's package prometheus")
}

describe.skipIf(!hasPromtool())('promtool', () => {
  test('accepts the rules', () => {
    execFileSync('promtool', ['check', 'rules', alertsFile])
  })

  /** By alert: a series, as promtool writes it, a sample a minute, that lets it fire. */
  const fires: Readonly<Record<string, ReadonlyArray<readonly [series: string, values: string]>>> = {
    ProfileImporterGone: [['something_else', '1x60']],
    ProfileImporterNoneReady: [
      ['profile_importer_ready{instance="a"}', '0x60'],
      ['profile_importer_ready{instance="b"}', '0x60'],
    ],
    ProfileImporterNotReady: [
      ['profile_importer_ready', '0x60'],
      ['profile_importer_standing_by', '0x60'],
    ],
    ProfileImporterBrokerDisconnected: [['profile_importer_broker_connected{connection="imports"}', '0x60']],
    ProfileImporterBehind: [['profile_importer_lag_seconds{processor="replies"}', '301x60']],
    ProfileImporterNothingImported: [
      ['profile_importer_last_outcome_age_seconds', '86401+60x60'],
      ['profile_importer_ready', '1x60'],
    ],
    ProfileImporterSlowReplies: [
      ['profile_importer_reply_latency_seconds_bucket{le="10"}', '0+90x60'],
      ['profile_importer_reply_latency_seconds_bucket{le="30"}', '0+100x60'],
      ['profile_importer_reply_latency_seconds_bucket{le="+Inf"}', '0+100x60'],
    ],
    ProfileImporterDefect: [['profile_importer_rejections_total{code="500",reason="Defect"}', '0x55 1x5']],
    ProfileImporterManyRejections: [
      ['profile_importer_rejections_total{code="400",reason="BadMember"}', '0+3x60'],
      ['profile_importer_imports_total{verdict="rejected"}', '0+3x60'],
      ['profile_importer_imports_total{verdict="created"}', '0+9x60'],
    ],
    ProfileImporterUnreadableEvents: [['profile_importer_unreadable_events', '7x55 8x5']],
    ProfileImporterAppendsUnanswered: [['profile_importer_append_unknown_total', '0+1x60']],
    ProfileImporterForgedReplays: [['profile_importer_replay_marks_refused_total', '0x55 2x5']],
    ProfileImporterDiskAlmostFull: [['profile_importer_data_folder_free_bytes', '1999999999x60']],
    ProfileImporterDiskFullSoon: [['profile_importer_data_folder_free_bytes', '50e9-100e6x240']],
  }

  /** Of a service in order, for hours: nothing fires. */
  const inOrder: ReadonlyArray<readonly [series: string, values: string]> = [
    ['profile_importer_build_info{version="1.0.0"}', '1x240'],
    ['profile_importer_ready{instance="a"}', '1x240'],
    ['profile_importer_standing_by{instance="a"}', '0x240'],
    ['profile_importer_ready{instance="b"}', '0x240'],
    ['profile_importer_standing_by{instance="b"}', '1x240'],
    ['profile_importer_broker_connected{instance="a",connection="imports"}', '1x240'],
    ['profile_importer_lag_seconds{processor="profiles"}', '1x240'],
    ['profile_importer_last_outcome_age_seconds{instance="a"}', '5x240'],
    ['profile_importer_last_outcome_age_seconds{instance="b"}', '100000+60x240'],
    ['profile_importer_reply_latency_seconds_bucket{le="0.1"}', '0+100x240'],
    ['profile_importer_reply_latency_seconds_bucket{le="+Inf"}', '0+100x240'],
    ['profile_importer_rejections_total{code="500",reason="Defect"}', '0x240'],
    ['profile_importer_rejections_total{code="404",reason="ProfileNotFound"}', '0+1x240'],
    ['profile_importer_imports_total{verdict="created"}', '0+99x240'],
    ['profile_importer_imports_total{verdict="rejected"}', '0+1x240'],
    ['profile_importer_unreadable_events', '7x240'],
    ['profile_importer_append_unknown_total', '0x240'],
    ['profile_importer_replay_marks_refused_total', '0x240'],
    ['profile_importer_data_folder_free_bytes', '50e9-1e6x240'],
  ]

  const given = (
    series: ReadonlyArray<readonly [series: string, values: string]>,
    expr: string,
    expected: ReadonlyArray<string>,
    minutes: number,
  ) => ({
    interval: '1m',
    input_series: series.map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr,
        eval_time: `${minutes}m`,
        exp_samples: expected.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
      },
    ],
  })

  const tried = (test: ReturnType<typeof given>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-importer-alerts-'))
    try {
      const file = join(folder, 'test.yml')
      // JSON is YAML.
      writeFileSync(file, JSON.stringify({ rule_files: [alertsFile], tests: [test] }))
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
      return status === 0 ? '' : stdout + stderr
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test.each(rules.map(({ alert }) => alert))('tries %s: it fires', (alert) => {
    const series = fires[alert] ?? []
    const minutes = Math.max(...series.map(([, values]) => (values.endsWith('x240') ? 240 : 60)))
    const expr = `group by (alertname) (ALERTS{alertstate="firing",alertname="${alert}"})`
    expect(tried(given(series, expr, [alert], minutes))).toBe('')
  })

  test('lets nothing fire for a service in order', () => {
    expect(tried(given(inOrder, 'ALERTS{alertstate="firing"}', [], 240))).toBe('')
  })
})
