import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPrivateBroker } from '../support/rabbitmq/start-private-broker.ts'
import { prepareDisk } from './disk.ts'
import { parseOptions } from './options.ts'
import { torture } from './run.ts'

const options = parseOptions()
const say = (text: string) => process.stderr.write(`${text}\n`)
say(`torture --minutes ${options.minutes} --seed ${options.seed}`)

const folder = await mkdtemp(join(tmpdir(), 'profile-importer-torture-'))
const mount = join(folder, 'disk')
const disk = await prepareDisk(mount, Math.ceil(512 + 200 * options.minutes))
if (disk.manner !== 'mounted file system')
  say(
    `*** the disk is filled by: ${disk.manner ?? 'nothing, FAULT LEFT OUT (no mount and no prlimit here)'} ***`,
  )
const broker = await startPrivateBroker()
let kept = true
try {
  const dataFolder = join(mount, 'data')
  const report = await torture(options, { broker, disk, folder, dataFolder, say })
  kept = report.violations.length > 0
  process.stdout.write(`${JSON.stringify(report)}\n`)
  if (kept) process.exitCode = 1
} finally {
  await broker.dispose()
  if (kept) {
    await cp(mount, join(folder, 'kept'), { recursive: true })
    say(`everything is kept in ${folder}`)
  }
  await disk.dispose()
  if (!kept) await rm(folder, { recursive: true, force: true })
}
