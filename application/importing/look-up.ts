import * as E from 'fp-ts/lib/Either.js'
import type { ImportId } from '../../domain/ids.ts'
import type { ImportLog, ImportLogAnswer } from '../ports/import-log.ts'
import type { DirectoryAnswer, KeySetQuery, ProfileDirectory } from '../ports/profile-directory.ts'
import { type Attempt, reusedId } from './attempt.ts'
import type { WorkingSet } from './working-set.ts'

/** What the two read models know of a batch. */
export interface Knowledge {
  readonly directory: DirectoryAnswer
  readonly log: ImportLogAnswer
  /** For each attempt, where the answers to its key sets begin in `directory.matches`; they are in the criterion's order. */
  readonly firstMatch: ReadonlyArray<number>
  /** The place of each stream in both lists of revisions. */
  readonly streamIndex: ReadonlyMap<string, number>
}

/** One bulk lookup in each read model for the whole batch. The working set is as it was before the answer. */
export const lookUp = async (
  attempts: ReadonlyArray<Attempt>,
  directory: ProfileDirectory,
  importLog: ImportLog,
  workingSet: WorkingSet,
): Promise<Knowledge> => {
  const queries: KeySetQuery[] = []
  const firstMatch: number[] = []
  const importIds: ImportId[] = []
  const streamIndex = new Map<string, number>()
  for (const attempt of attempts) {
    const { stream, received } = attempt
    const { command, database } = received
    if (!streamIndex.has(stream)) streamIndex.set(stream, streamIndex.size)
    importIds.push(attempt.importId)
    if (attempt.triedAs !== undefined && attempt.triedAs !== attempt.importId) importIds.push(attempt.triedAs)
    firstMatch.push(queries.length)
    if (database === undefined || E.isLeft(command)) continue
    for (const step of command.right.criterion) for (const keys of step) queries.push({ database, keys })
  }
  const streams = [...streamIndex.keys()]
  const [directoryAnswer, logAnswer] = await Promise.all([
    directory.lookup(queries, streams),
    importLog.lookup(importIds, streams),
  ])
  const log = await withRefusals(attempts, logAnswer, importLog, workingSet)
  return { directory: directoryAnswer, log, firstMatch, streamIndex }
}

/**
 * Bodies that come under an import id which another body has are refused under ids of their own. Hardly any batch holds
 * one, so only such a batch asks for those ids: once more. Whatever may come to be the first body counts: a refusal can be
 * in the log before the import that it is about, since databases are appended side by side.
 */
const withRefusals = async (
  attempts: ReadonlyArray<Attempt>,
  log: ImportLogAnswer,
  importLog: ImportLog,
  workingSet: WorkingSet,
): Promise<ImportLogAnswer> => {
  const firstBodies = new Map<ImportId, string>()
  const ids: ImportId[] = []
  for (const attempt of attempts) {
    const { importId, received } = attempt
    const known = workingSet.import(importId) ?? log.records.get(importId)
    const first = firstBodies.get(importId) ?? known?.bodySha256 ?? received.message.sha256
    firstBodies.set(importId, first)
    const refusedAs = first === received.message.sha256 ? undefined : reusedId(attempt)
    if (refusedAs !== undefined) ids.push(refusedAs)
  }
  if (ids.length === 0) return log
  const { records } = await importLog.lookup(ids, [])
  return { ...log, records: new Map([...log.records, ...records]) }
}
