import { databaseName } from '../../domain/ids.ts'
import type { KeySet } from '../../domain/matching/identity-key.ts'
import type { AuditIndexAnswer } from '../ports/audit-index.ts'
import type { DirectoryAnswer, KeySetQuery } from '../ports/profile-directory.ts'
import { requireAnswers, WrongAnswer } from './wrong-answer.ts'

export const aboutProfiles = 'a lookup of profiles'
const aboutImports = 'a lookup of imports'

/**
 * Checks that there is one answer for each question, to that question, with profiles of its database.
 * @throws WrongAnswer
 */
export const requireDirectoryAnswer = (
  queries: ReadonlyArray<KeySetQuery>,
  streams: ReadonlyArray<string>,
  { matches, left, revisions }: DirectoryAnswer,
): void => {
  requireAnswers(aboutProfiles, queries.length, matches.length + left)
  requireAnswers(`${aboutProfiles}, in streams`, streams.length, revisions.length)
  for (const [i, { database, keys }] of queries.slice(0, matches.length).entries()) {
    const match = matches[i]
    if (match === undefined || !sameKeys(match.keys, keys))
      throw new WrongAnswer(aboutProfiles, 'in another order')
    for (const profile of match.oldest) {
      if (profile.account_id !== database.account_id || profile.db_id !== database.db_id)
        throw new WrongAnswer(
          aboutProfiles,
          `a profile belongs to another database than ${databaseName(database)}`,
        )
    }
  }
}

/** @throws WrongAnswer */
export const requireIndexAnswer = (
  streams: ReadonlyArray<string>,
  { records, revisions }: AuditIndexAnswer,
): void => {
  requireAnswers(`${aboutImports}, in streams`, streams.length, revisions.length)
  for (const [importId, record] of records) {
    if (record.importId !== importId)
      throw new WrongAnswer(aboutImports, 'a record belongs to another import')
  }
}

const sameKeys = (a: KeySet, b: KeySet): boolean =>
  a === b || (a.length === b.length && a.every((key, i) => key === b[i]))
