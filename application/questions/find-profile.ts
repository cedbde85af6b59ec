import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Database, ProfileId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Criterion } from '../../domain/matching/identity-key.ts'
import { idKey } from '../../domain/matching/keys.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Reasons } from '../../domain/refuse.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { databaseOf, databaseStream } from '../../domain/streams.ts'
import { findMatch } from '../importing/find-match.ts'
import { WorkingSet } from '../importing/working-set.ts'
import type { AuditIndex } from '../ports/audit-index.ts'
import type { ProfileDirectory } from '../ports/profile-directory.ts'
import { receiveMessage } from '../receive-message.ts'

/**
 * The profile that a message with these members would match; undefined if there is none. The lookup is not one
 * snapshot: if the profile changes meanwhile, it may be shown although it no longer has the keys.
 */
export const findProfile = (
  directory: ProfileDirectory,
  rules: ImportRules,
  members: JsonObject,
): TE.TaskEither<Reasons, Profile | undefined> => {
  const body = new TextEncoder().encode(JSON.stringify({ data: {}, ...members }))
  return pipe(
    receiveMessage(rules)(body).command,
    TE.fromEither,
    TE.flatMapTask(
      ({ database, criterion }) =>
        () =>
          firstMatch(directory, database, criterion),
    ),
  )
}

const firstMatch = async (
  directory: ProfileDirectory,
  database: Database,
  criterion: Criterion,
): Promise<Profile | undefined> => {
  const queries = criterion.flat().map((keys) => ({ database, keys }))
  const { matches } = await directory.lookup(queries, [])
  return findMatch(databaseStream(database), criterion, matches, new WorkingSet())?.profile
}

/** The profile with an id, in any database. */
export const profileById = async (
  directory: ProfileDirectory,
  auditIndex: AuditIndex,
  profileId: ProfileId,
): Promise<Profile | undefined> => {
  for await (const { type, stream } of auditIndex.find({ by: 'profile', profileId })) {
    // Its event need not be readable: the stream identifies the database.
    const database = type === 'ProfileCreated' || type === 'ProfileUpdated' ? databaseOf(stream) : undefined
    if (database !== undefined) return firstMatch(directory, database, [[[idKey(profileId)]]])
  }
  return undefined
}
