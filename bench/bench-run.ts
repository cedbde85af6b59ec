import { createWriteStream } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { importNdjson } from '../demo/import-ndjson.ts'
import type { CpuMeters } from './cpu.ts'
import { creations } from './messages.ts'

export interface Sizes {
  /** Messages waiting in the queue when `ceiling`, `crud` and `serve` begin. */
  readonly queued: number
  /** Messages in the imported file. The log that is then read and rebuilt from also holds the base. */
  readonly imported: number
  readonly base: number
  readonly largeBase: number
  /** Messages waiting in the queue when peak memory is measured. */
  readonly backlog: number
  readonly latencySeconds: number
}

/** What is needed to give the service work. */
export interface Workbench {
  /** Contains everything, and is removed at the end. */
  readonly folder: string
  readonly brokerUrl: string
  readonly progress: (text: string) => void
  /** A fresh copy of a data folder with this many profiles. */
  copyOfBase(profiles: number): Promise<string>
  /** A new file. */
  writeLines(bodies: Iterable<Buffer>): Promise<string>
}

/** Shared by the measurements of one run. */
export interface BenchRun extends Workbench {
  /** Of the broker and the servers. */
  readonly cpuMeters: CpuMeters
  readonly sizes: Sizes
}

export const createWorkbench = (
  folder: string,
  brokerUrl: string,
  progress: (text: string) => void,
): Workbench => {
  let files = 0
  const newPath = (name: string) => join(folder, `${name}-${++files}`)
  const bases = new Map<number, Promise<string>>()

  const writeLines = async (bodies: Iterable<Buffer>) => {
    const file = newPath('messages')
    await pipeline(lines(bodies), createWriteStream(file))
    return file
  }

  /** A larger base extends the smaller one. */
  const build = async (profiles: number): Promise<string> => {
    const smaller = [...bases.keys()].filter((size) => size < profiles).at(-1) ?? 0
    const dataFolder = smaller === 0 ? newPath('base') : await copy(smaller)
    progress(`importing a base of ${profiles} profiles`)
    const file = await writeLines(creations(smaller, profiles))
    await importNdjson(folder, dataFolder, file, newPath('replies'), { compiled: true })
    return dataFolder
  }

  const copy = async (profiles: number): Promise<string> => {
    const base = bases.get(profiles) ?? build(profiles)
    bases.set(profiles, base)
    const dataFolder = newPath('data')
    await mkdir(dataFolder)
    await cp(await base, dataFolder, { recursive: true })
    return dataFolder
  }

  return { folder, brokerUrl, progress, copyOfBase: copy, writeLines }
}

function* lines(bodies: Iterable<Buffer>): Generator<Buffer> {
  const newline = Buffer.from('\n')
  for (const body of bodies) yield Buffer.concat([body, newline])
}
