import { beginning } from '../../../../application/ports/position.ts'
import {
  alwaysAnswered,
  type DirectoryAnswer,
  type KeySetQuery,
  oldestFetched,
  type ProfileDirectory,
} from '../../../../application/ports/profile-directory.ts'
import type { ProfileDocument, ProfileRef } from '../../../../application/ports/profile-document.ts'
import { maxCandidates } from '../../../../domain/matching/identity-key.ts'
import type { SimProcess } from '../world/process.ts'
import type { ReadModel } from './read-model.ts'

/** The live generation of the profiles, as queried by the importer of one process. */
export const simProfileDirectory = (
  model: ReadModel<ProfileRef, ProfileDocument>,
  process: SimProcess,
): ProfileDirectory => {
  const { server, options } = model

  /** Checkpoint and revisions first, the documents later: they may show more, never less. */
  const lookUp = async (
    queries: ReadonlyArray<KeySetQuery>,
    streams: ReadonlyArray<string>,
  ): Promise<DirectoryAnswer> => {
    const live = model.read()
    const answer = {
      version: live?.version,
      checkpoint: live?.checkpoint ?? beginning,
      revisions: streams.map((stream) => live?.revisions.get(stream) ?? -1),
    }
    if (!options.isTransactional) await server.moment(options.faults.latency())
    // If dropped meanwhile, it no longer answers.
    if (live !== undefined && !model.generations.has(live.id)) return lookUp(queries, streams)
    const documents = [...(live?.documents.values() ?? [])]
    const answered = options.faults.leavesTheRest() ? queries.slice(0, alwaysAnswered) : queries
    return {
      ...answer,
      matches: answered.map((query) => find(documents, query)),
      left: queries.length - answered.length,
    }
  }

  return {
    lookup: (queries, streams) => process.call(server, 'look up profiles', () => lookUp(queries, streams)),
    checkpoint: () =>
      process.call(server, 'checkpoint of profiles', () => model.live()?.checkpoint ?? beginning),
  }
}

const find = (documents: ReadonlyArray<ProfileDocument>, { database, keys }: KeySetQuery) => {
  const found = documents
    .filter(
      ({ profile, keys: held }) =>
        profile.account_id === database.account_id &&
        profile.db_id === database.db_id &&
        keys.every((key) => held.includes(key)),
    )
    .map(({ profile }) => profile)
    .sort((a, b) => a.created_revision - b.created_revision)
    .slice(0, maxCandidates)
  return {
    keys,
    createdRevisions: found.map((profile) => profile.created_revision),
    oldest: found.slice(0, oldestFetched),
  }
}
