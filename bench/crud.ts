import { type ChildProcess, spawn } from 'node:child_process'
import { MongoClient } from 'mongodb'
import { exitOf } from '../demo/run-cli.ts'
import { clientOptions } from '../infrastructure/mongodb/open-mongodb.ts'
import { profileIndexes } from '../infrastructure/mongodb/profile-documents.ts'
import type { BenchRun } from './bench-run.ts'
import { type CpuSeconds, cpuOfProcess, startCpuMeters } from './cpu.ts'
import { type CrudProfile, mergeOf, newProfileId, parseMessage } from './crud-profile.ts'
import { creations, workload } from './messages.ts'
import { resultRate, withQueues } from './queues.ts'
import { scriptArgv } from './script-argv.ts'
import type { Servers } from './servers.ts'

const writtenTogether = 1000

export interface CrudResult {
  /** Messages per second. */
  readonly rate: number
  readonly cpu: CpuSeconds
}

/** What a service without events handles, over as many profiles, on the same servers. */
export const measureCrud = (run: BenchRun, servers: Servers): Promise<CrudResult> =>
  withQueues(run.brokerUrl, async (queues) => {
    const { queued, base } = run.sizes
    const { url } = servers.newDatabase()
    run.progress(`crud: a base of ${base} profiles`)
    await fillBase(url, base)
    run.progress(`crud: a backlog of ${queued} messages`)
    await queues.fill(workload(queued, base))
    const working = spawn(
      process.execPath,
      scriptArgv('./crud-process.ts', run.brokerUrl, url, queues.imports, queues.results),
      { stdio: ['ignore', 'inherit', 'inherit'] },
    )
    try {
      const cpu = await startCpuMeters({ ...run.cpuMeters, ourselves: cpuOfProcess(working.pid) })
      const rate = await Promise.race([resultRate(queues, queued), endOf(working)])
      const used = await cpu()
      await requireProfiles(url, base + Math.ceil(queued / 2))
      return { rate, cpu: used }
    } finally {
      working.kill()
      await exitOf(working)
    }
  })

const endOf = async (working: ChildProcess): Promise<never> => {
  throw new Error(`crud ended with status ${await exitOf(working)}`)
}

/** A service that does not find the profiles to update measures nothing. */
const requireProfiles = async (url: string, expected: number): Promise<void> => {
  const client = new MongoClient(url)
  try {
    const count = await client.db().collection('profiles').countDocuments()
    if (count !== expected) throw new Error(`crud: ${count} profiles, not ${expected}`)
  } finally {
    await client.close()
  }
}

const fillBase = async (url: string, base: number): Promise<void> => {
  const client = await new MongoClient(url, clientOptions).connect()
  try {
    const profiles = client.db().collection<CrudProfile>('profiles')
    for (const { name, key } of profileIndexes) await profiles.createIndex(key, { name })
    for (let from = 0; from < base; from += writtenTogether) {
      const bodies = [...creations(from, Math.min(from + writtenTogether, base))]
      await profiles.bulkWrite(
        bodies.map((body, i) => ({
          updateOne: {
            filter: { _id: newProfileId() },
            update: mergeOf(parseMessage(body), from + i),
            upsert: true,
          },
        })),
        { ordered: false },
      )
    }
  } finally {
    await client.close()
  }
}
