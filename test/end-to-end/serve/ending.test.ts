import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { cliHome } from '../../support/real-processes/cli.ts'
import { lastLine } from '../../support/real-processes/service.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const message = (name: string) => ({
  body: JSON.stringify({ account_id: 1, db_id: 1, email: `${name}@example.com`, data: {} }),
})

describe.skipIf(rabbitmqUrl === undefined)('serve: the last line of the log says why it ended', () => {
  let bench: ServiceBench
  beforeEach(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterEach(() => bench?.dispose())

  test('a rebuild under other definitions, which names the service and asks before', {
    timeout: 60_000,
  }, async () => {
    const home = cliHome()
    const DATABASES_FILE = join(bench.folder, 'databases.json')
    const fields = { CRM_ID: { type: 'string', match: true } }
    writeFileSync(DATABASES_FILE, JSON.stringify({ databases: [{ account_id: 1, db_id: 1, fields }] }))
    const rebuilding = (...argv: ReadonlyArray<string>) =>
      home.run(['rebuild', '--data', bench.dataFolder, ...argv], { env: { DATABASES_FILE } })
    const service = bench.start()
    await service.ready()
    const { pid } = JSON.parse(service.lines[0] ?? '')
    const asked = await rebuilding()
    expect(asked).toMatchObject({ status: 2, stdout: '' })
    expect(asked.stderr).toMatch(
      new RegExp(`the running service or import \\(process ${pid}, since \\S+\\) ends at its next`),
    )
    await bench.publish([message('ann')])
    await bench.recorded(1)

    expect((await rebuilding('--yes')).status).toBe(0)
    await bench.publish([message('ben')])
    expect(await service.ended).toBe(1)
    expect(lastLine(service)).toMatchObject({
      level: 60,
      msg: expect.stringMatching(
        /^the read model "profiles" was switched to another version .*: restart this/,
      ),
    })

    const restarted = bench.start({ settings: { DATABASES_FILE } })
    await bench.recorded(2)
    expect(await restarted.stop()).toBe(0)
    expect(lastLine(restarted)).toMatchObject({ level: 30, msg: 'stopped', signal: 'SIGTERM' })
  })

  test('a mistake in the settings', async () => {
    const service = bench.start({ settings: { BATCH_SIZE: 'many', LOG_LEVEL: 'silent' } })
    expect(await service.ended).toBe(2)
    expect(service.lines).toHaveLength(1)
    expect(lastLine(service)).toMatchObject({
      level: 60,
      msg: expect.stringMatching(/^BATCH_SIZE: must be /),
    })
  })

  test('a defect, without its text, which may hold personal data', async () => {
    const defect = `import { isMainThread } from 'node:worker_threads'
      if (isMainThread) process.on('SIGUSR2', () => { throw new Error('ann@example.com') })`
    const service = bench.start({ preload: `data:text/javascript,${encodeURIComponent(defect)}` })
    await service.ready()
    service.signal('SIGUSR2')
    expect(await service.ended).toBe(1)
    expect(lastLine(service)).toMatchObject({
      level: 60,
      err: { type: 'Error' },
      msg: 'ended by an internal error',
    })
  })
})
