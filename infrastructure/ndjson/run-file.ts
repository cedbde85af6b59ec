import { createHash } from 'node:crypto'
import { createReadStream, renameSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { type Position, positionCodec } from '../../application/ports/position.ts'
import { isPlainFileThere, isPlainFolderThere } from '../system/plain-file.ts'

const lineNumberCodec = t.refinement(t.number, (n) => Number.isSafeInteger(n) && n >= 0, 'LineNumber')

const runStateCodec = t.type({
  run: t.string,
  /** Its name when the run began; for people. */
  file: t.string,
  /** The last line whose reply, and all before it, is printed. */
  line: lineNumberCodec,
  /** A position of the log: all replies up to here are printed. */
  position: positionCodec,
})
/** The progress of an unfinished run of a file. */
type RunState = Readonly<t.TypeOf<typeof runStateCodec>>

export interface RunFile {
  readonly state: RunState
  /** The unfinished run that it replaces. */
  readonly replaced: RunState | undefined
  save(line: number, position: Position): Promise<void>
  /** The run is finished: there is nothing to resume. */
  remove(): Promise<void>
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Runs are identified by the content of the file: a renamed file can be resumed, a modified one cannot. */
const pathOf = async (dataFolder: string, file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash)
  return join(dataFolder, 'runs', `${hash.digest('hex')}.json`)
}

/** Whether it is there. @throws Error if something is in its place that reading or writing would wait for, or follow */
const isRunThere = (path: string): boolean => {
  if (!isPlainFolderThere(dirname(path))) return false
  isPlainFileThere(unfinished(path))
  return isPlainFileThere(path)
}

const unfinished = (path: string): string => `${path}.tmp`

/** Written synchronously: the thread pool would cost several times as much, for every batch. */
const write = (path: string, state: RunState): void => {
  // A process killed in between leaves the previous state. No fsync: an older state repeats reply lines, but no
  // changes.
  try {
    writeFileSync(unfinished(path), JSON.stringify(state), { mode: 0o600 })
    renameSync(unfinished(path), path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    throw new Error(`the disk is full: free space in ${dirname(path)}`)
  }
}

const runFile = (path: string, state: RunState, replaced?: RunState): RunFile => ({
  state,
  replaced,
  save: async (line, position) => write(path, { ...state, line, position }),
  remove: () => rm(path, { force: true }),
})

/**
 * Begins a run of a file, replacing an unfinished one with the same content. Left: why the file cannot be read.
 * @param position the end of the log: the run's replies come after it
 */
export const beginRun = async (
  dataFolder: string,
  file: string,
  run: string,
  position: Position,
): Promise<E.Either<string, RunFile>> => {
  try {
    const path = await pathOf(dataFolder, file)
    const state = { run, file, line: 0, position }
    const replaced = isRunThere(path) ? stateIn(await readFile(path, 'utf8')) : undefined
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    write(path, state)
    return E.right(runFile(path, state, replaced))
  } catch (error) {
    return E.left(textOf(error))
  }
}

const stateIn = (text: string): RunState | undefined => {
  try {
    const decoded = runStateCodec.decode(JSON.parse(text))
    return E.isRight(decoded) ? decoded.right : undefined
  } catch {
    return undefined
  }
}

/** The unfinished run of a file with the same content. Left: why there is nothing to resume. */
export const resumeRun = async (dataFolder: string, file: string): Promise<E.Either<string, RunFile>> => {
  if (file === '-') return E.left('standard input cannot be resumed: give a file')
  try {
    const path = await pathOf(dataFolder, file)
    if (!isRunThere(path))
      return E.left(`nothing to resume: there is no unfinished run of ${file} with its current content`)
    const state = stateIn(await readFile(path, 'utf8'))
    return state === undefined
      ? E.left(`the state of the unfinished run is damaged: ${path}`)
      : E.right(runFile(path, state))
  } catch (error) {
    return E.left(textOf(error))
  }
}
