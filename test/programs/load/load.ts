import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorkbench } from '../../../bench/bench-run.ts'
import { provideRabbitMq } from '../../support/rabbitmq/server/provide-rabbitmq.ts'
import { parseOptions } from './options.ts'
import { load } from './run.ts'
import { openScene } from './scene.ts'

const options = parseOptions()
const say = (text: string) => process.stderr.write(`${text}\n`)
say(`load --stack ${options.stack} --backlog ${options.backlog} --seconds ${options.seconds}`)

const broker = await provideRabbitMq()
const folder = await mkdtemp(join(tmpdir(), 'profile-importer-load-'))
const workbench = createWorkbench(folder, broker.url, say)
try {
  const scene = await openScene(options.stack, workbench)
  try {
    const report = await load(options, workbench, scene)
    process.stdout.write(`${JSON.stringify(report)}\n`)
    if (report.broken.length > 0) process.exitCode = 1
  } finally {
    await scene.dispose()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
  await broker.dispose()
}
