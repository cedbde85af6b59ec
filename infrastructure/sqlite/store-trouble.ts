import { statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type Store, StoreTrouble, type TroubleKind } from '../../application/ports/store-trouble.ts'
import { DamagedRow } from './damaged-row.ts'
import { dataFileTexts } from './data-file-error.ts'
import { permissionProblem } from './private-file.ts'

/** Temporary: the disk, the memory, or another process that holds the lock. */
const passing = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|NOMEM|PROTOCOL|INTERRUPT)/
/** Possibly for lack of permission, which waiting does not change. */
const permission = /^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|AUTH)/
/** Possibly because there is no room for the files that SQLite keeps beside it. */
const noSpace = /^SQLITE_(IOERR|CANTOPEN)/
/** Permanent: the file cannot be written. */
const lasting = /^SQLITE_(READONLY|PERM|AUTH)/

/** How to delete the file of the read models. */
export const deletion = (file: string): string =>
  `stop everything that uses it and delete ${file}: it will be rebuilt from the event log`

const remedies: Readonly<Record<Store, string>> = {
  'event store': 'restore a backup',
  'read models': deletion('it'),
}

/** A file of a data folder, and the store that it belongs to. */
export interface StoreFile {
  readonly store: Store
  readonly path: string
}

export const damaged = ({ store, path }: StoreFile, how: string): StoreTrouble =>
  new StoreTrouble(store, 'refusing', `${path}: the file is damaged: ${remedies[store]} (${how})`)

/** The log is missing, although a file that belongs to it still exists. */
export const missing = ({ store, path }: StoreFile, left: string): StoreTrouble =>
  new StoreTrouble(
    store,
    'refusing',
    `${path}: the file is missing, although ${left} still exists: ${remedies[store]}, or delete ${left} to start with an empty log`,
  )

/** Too full for a page of a file. */
const isDiskFull = (path: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(resolve(path)))
    return bavail * bsize < 64 * 1024
  } catch {
    return false
  }
}

/** The error without any text of the statement, if the file is in trouble; undefined if the error is a defect. */
export const storeTrouble = (file: StoreFile, error: unknown): StoreTrouble | undefined => {
  if (error instanceof DamagedRow) return damaged(file, error.message)
  if (!(error instanceof Sqlite.SqliteError)) return undefined
  const { store, path } = file
  const trouble = (kind: TroubleKind, text: string) =>
    new StoreTrouble(store, kind, `${path}: ${text} (${error.code})`)
  if (error.code.startsWith('SQLITE_CORRUPT')) return damaged(file, error.code)
  if (error.code === 'SQLITE_NOTADB')
    return trouble(
      'refusing',
      `is not a data file of profile-importer, or its beginning is damaged. If it was one: ${remedies[store]}`,
    )
  if (error.code.startsWith('SQLITE_FULL') || (noSpace.test(error.code) && isDiskFull(path)))
    return trouble('away', `the disk is full: free space in ${dirname(resolve(path))}`)
  const problem = permission.test(error.code) ? permissionProblem(path) : undefined
  if (problem !== undefined) return trouble('refusing', dataFileTexts[problem])
  if (lasting.test(error.code)) return trouble('refusing', 'the file cannot be written')
  return passing.test(error.code) ? trouble('away', 'the file cannot be used at the moment') : undefined
}

/** Runs an action. @throws StoreTrouble in place of SQLite's errors */
export const withTrouble = <A>(file: StoreFile, action: () => A): A => {
  try {
    return action()
  } catch (error) {
    throw storeTrouble(file, error) ?? error
  }
}

/** Wraps a port so that errors from any of its functions are thrown as StoreTrouble. */
export const raisingTrouble = <Port extends object>(file: StoreFile, port: Port): Port => {
  const raised = (error: unknown) => storeTrouble(file, error) ?? error
  const guarded = Object.entries(port).map(([name, member]) => [
    name,
    typeof member === 'function'
      ? (...argv: Array<unknown>) => guardedResult(() => member(...argv), raised)
      : member,
  ])
  return Object.fromEntries(guarded)
}

/** For functions that return a promise or an async iterable. */
const guardedResult = (call: () => unknown, raised: (error: unknown) => unknown): unknown => {
  const result = call()
  if (result instanceof Promise)
    return result.catch((error: unknown) => {
      throw raised(error)
    })
  return isAsyncIterable(result) ? guardedIteration(result, raised) : result
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

async function* guardedIteration(items: AsyncIterable<unknown>, raised: (error: unknown) => unknown) {
  try {
    yield* items
  } catch (error) {
    throw raised(error)
  }
}
