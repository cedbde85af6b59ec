import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { serve } from '../../../infrastructure/composition-root/serve.ts'
import { loadConfig } from '../../../infrastructure/config/load-config.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { systemIds } from '../../../infrastructure/system/system-ids.ts'
import { aServer } from '../../support/eventstoredb/opened.ts'
import { recordedLogger } from '../../support/recorded-logger.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { until } from '../../support/until.ts'

const silence = Array.from({ length: 100 }, () => 'silence' as const)

test.each(['from the start', 'before the read models are built'])(
  'a store that hangs %s is named within ten seconds',
  async (when) => {
    const server = await aServer()
    const dataFolder = join(temporaryFolder(), 'data')
    const env = { EVENTSTORE_URL: server.url, HTTP_PORT: '0' }
    const config = loadConfig({ dataFolder, env })
    if (E.isLeft(config)) throw new Error(config.left.join())
    const { lines, logger } = recordedLogger()
    const stopping = new AbortController()
    if (when === 'from the start') server.faults.reads.push(...silence)
    const ended = serve(
      {
        config: config.right,
        broker: undefined,
        roles: new Set(['import']),
        dataFolder,
        clock: systemClock,
        ids: systemIds,
        chance: systemChance,
        logger,
        failures: { logRefusal: () => {}, reopen: () => {}, close: () => {} },
        repliesFrom: undefined,
      },
      stopping.signal,
    )
    try {
      const said = when === 'from the start' ? 'serving health' : 'waiting for a process with this role'
      await until(() => lines.some((line) => line.includes(said)))
      const began = performance.now()
      server.faults.reads.push(...silence)
      const { port } = JSON.parse(lines[0] ?? '')
      await until(async () => {
        const ready = await fetch(`http://127.0.0.1:${port}/health/ready`)
        return (await ready.text()).includes('event store: no answer within 5 s')
      })
      expect(performance.now() - began).toBeLessThan(10_000)
    } finally {
      stopping.abort()
      server.down = true
      await ended
    }
  },
  60_000,
)
