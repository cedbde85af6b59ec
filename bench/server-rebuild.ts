import { type CliSettings, runCli } from '../demo/run-cli.ts'
import type { BenchRun } from './bench-run.ts'
import { type CpuSeconds, startCpuMeters } from './cpu.ts'
import type { ServiceStores } from './serve.ts'

/** Seconds of a command, as a user waits for it, and of the CPU of the servers meanwhile. */
interface Timed {
  readonly seconds: number
  readonly cpu: CpuSeconds
}

/** `rebuild` of the read models that importing looks up, and `verify` of them, on servers. */
export const measureServerRebuild = async (
  run: BenchRun,
  { dataFolder, servers }: ServiceStores,
): Promise<Readonly<Record<'profiles' | 'imports' | 'verify', Timed>>> => {
  const settings: CliSettings = servers
  const timed = async (...argv: ReadonlyArray<string>): Promise<Timed> => {
    run.progress(`rebuild: ${argv.join(' ')}`)
    const cpu = await startCpuMeters(run.cpuMeters)
    const began = performance.now()
    await runCli([...argv, '--data', dataFolder], { folder: run.folder, settings, compiled: true })
    return { seconds: Number(((performance.now() - began) / 1000).toFixed(1)), cpu: await cpu() }
  }
  return {
    profiles: await timed('rebuild', 'profiles', '--yes'),
    imports: await timed('rebuild', 'imports', '--yes'),
    verify: await timed('verify'),
  }
}
