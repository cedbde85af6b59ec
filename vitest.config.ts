import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['rabbitmq', 'mongodb', 'eventstoredb'].map(
      (name) => `test/support/${name}/global-setup.ts`,
    ),
    reporters: ['default', './test/support/summary-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Generous, because nothing here is a timed test: a slow machine must not fail.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
})
