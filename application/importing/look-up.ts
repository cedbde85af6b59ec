import * as E from 'fp-ts/lib/Either.js'
import type { ImportId } from '../../domain/ids.ts'
import type { ImportLog, ImportLogAnswer } from '../ports/import-log.ts'
import type {
  DirectoryAnswer,
  KeySetMatches,
  KeySetQuery,
  ProfileDirectory,
} from '../ports/profile-directory.ts'
import { type Attempt, reusedId } from './attempt.ts'
import { requireDirectoryAnswer, requireLogAnswer } from './require-answer.ts'
import type { WorkingSet } from './working-set.ts'

/** What the two read models know of a batch. */
export interface Knowledge {
  readonly directory: Omit<DirectoryAnswer, 'matches'>
  readonly log: ImportLogAnswer
  /** The answers to an attempt's key sets, in the criterion's order. */
  readonly matches: ReadonlyMap<Attempt, ReadonlyArray<KeySetMatches>>
  /** The place of each stream in both lists of revisions. */
  readonly streamIndex: ReadonlyMap<string, number>
}

/**
 * One bulk lookup in each read model for the whole batch. The working set is as it was before the answer.
 * @throws StoreTrouble; WrongAnswer
 */
export const lookUp = async (
  attempts: ReadonlyArray<Attempt>,
  directory: ProfileDirectory,
  importLog: ImportLog,
  workingSet: WorkingSet,
): Promise<Knowledge> => {
  const queries: KeySetQuery[] = []
  const queriesUpTo: number[] = []
  const importIds: ImportId[] = []
  const streamIndex = new Map<string, number>()
  for (const attempt of attempts) {
    const { stream, received } = attempt
    const { command, database } = received
    if (!streamIndex.has(stream)) streamIndex.set(stream, streamIndex.size)
    importIds.push(attempt.importId)
    if (attempt.triedAs !== undefined && attempt.triedAs !== attempt.importId) importIds.push(attempt.triedAs)
    if (database !== undefined && E.isRight(command))
      for (const step of command.right.criterion) for (const keys of step) queries.push({ database, keys })
    queriesUpTo.push(queries.length)
  }
  const streams = [...streamIndex.keys()]
  const [directoryAnswer, logAnswer] = await Promise.all([
    directory.lookup(queries, streams),
    importLog.lookup(importIds, streams),
  ])
  requireDirectoryAnswer(queries, streams, directoryAnswer)
  requireLogAnswer(streams, logAnswer)
  const matches = new Map<Attempt, ReadonlyArray<KeySetMatches>>()
  for (const [i, attempt] of attempts.entries())
    matches.set(attempt, directoryAnswer.matches.slice(queriesUpTo[i - 1] ?? 0, queriesUpTo[i]))
  const log = await withRefusals(attempts, logAnswer, importLog, workingSet)
  return { directory: directoryAnswer, log, matches, streamIndex }
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
  const refusals = await importLog.lookup(ids, [])
  requireLogAnswer([], refusals)
  const { records } = refusals
  return { ...log, records: new Map([...log.records, ...records]) }
}
