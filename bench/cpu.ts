import { readdir, readFile } from 'node:fs/promises'
import { MongoClient } from 'mongodb'

/** CPU seconds that a program has used so far; null if the system does not report it. */
type CpuMeter = () => Promise<number | null>

/** The programs besides the one that is measured, by name. */
export type CpuMeters = Readonly<Record<string, CpuMeter>>
export type CpuSeconds = Readonly<Record<string, number | null>>

const ticksPerSecond = 100

/** With all of its threads. */
export const cpuOfProcess =
  (pid: number | undefined): CpuMeter =>
  async () => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    // After the name of the program, which may contain spaces.
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number)
    return user === undefined || system === undefined ? null : (user + system) / ticksPerSecond
  }

export const cpuOfMongoDb =
  (url: string): CpuMeter =>
  async () => {
    const client = new MongoClient(url)
    try {
      const { extra_info: info } = await client.db('admin').command({ serverStatus: 1 })
      return info?.user_time_us === undefined
        ? null
        : (Number(info.user_time_us) + Number(info.system_time_us)) / 1e6
    } finally {
      await client.close()
    }
  }

/** Only of a private broker: its processes have the port in their environment. */
export const cpuOfBroker =
  (url: string): CpuMeter =>
  async () => {
    const asked = `RABBITMQ_NODE_PORT=${new URL(url).port}\0`
    let seconds: number | null = null
    for (const pid of await readdir('/proc').catch(() => [])) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      if (!environment.includes(asked)) continue
      const used = await cpuOfProcess(Number(pid))()
      if (used !== null) seconds = (seconds ?? 0) + used
    }
    return seconds
  }

/** The CPU seconds of each program from now on, until the returned function is called. */
export const startCpuMeters = async (meters: CpuMeters): Promise<() => Promise<CpuSeconds>> => {
  const read = async () =>
    Promise.all(Object.entries(meters).map(async ([name, meter]) => [name, await meter()] as const))
  const before = new Map(await read())
  return async () =>
    Object.fromEntries(
      (await read()).map(([name, now]) => {
        const began = before.get(name) ?? 0
        return [name, now === null ? null : Number((now - began).toFixed(1))]
      }),
    )
}
