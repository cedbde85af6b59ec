import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedStack } from './embedded-stack.ts'
import { parseOptions, type TortureOptions } from './options.ts'
import { productionStack } from './production-stack.ts'
import { torture } from './run.ts'

const say = (text: string) => process.stderr.write(`${text}\n`)
const stacks = { embedded: embeddedStack, production: productionStack }

const run = async (options: TortureOptions): Promise<void> => {
  const { minutes, seed, queueType } = options
  say(`torture --minutes ${minutes} --seed ${seed} --stack ${options.stack} --queue-type ${queueType}`)
  const folder = await mkdtemp(join(tmpdir(), 'profile-importer-torture-'))
  const stack = await stacks[options.stack]({ folder, minutes, queueType, say })
  let kept = true
  try {
    const report = await torture(options, { stack, folder, say })
    kept = report.violations.length > 0
    process.stdout.write(`${JSON.stringify(report)}\n`)
    if (kept) process.exitCode = 1
  } finally {
    await stack.dispose(kept)
    if (kept) say(`everything is kept in ${folder}`)
    else await rm(folder, { recursive: true, force: true })
  }
}

await run(parseOptions())
