import { beginning } from '../../application/ports/position.ts'
import {
  alwaysAnswered,
  type KeySetMatches,
  type KeySetQuery,
  type ProfileDirectory,
} from '../../application/ports/profile-directory.ts'
import { Turns } from '../../application/turns.ts'
import type { Profile } from '../../domain/profile.ts'
import { systemClock } from '../system/system-clock.ts'
import type { Connection } from './connection.ts'
import { chunksOf, type FoundRow, keyLookup } from './key-lookup.ts'
import { openLiveReader } from './live-reader.ts'
import type { LiveGeneration } from './pointer.ts'
import { toProfile } from './profile-documents.ts'
import { areAll, type KeyedRow, matchesAmong, rareKeyLookup } from './rare-key-lookup.ts'
import { fromSingleKeys, singleKeyQueries } from './single-key-queries.ts'

/**
 * A lookup is two commands for any number of queries: the live generation with its checkpoint, then its profiles. If
 * many profiles have the keys, two more, and some for the queries of several keys.
 */
export const createProfileDirectory = (connection: Connection): ProfileDirectory => {
  const reader = openLiveReader(connection, 'profiles')

  const ask = async (queries: ReadonlyArray<KeySetQuery>, streams: ReadonlyArray<string>) => {
    for (;;) {
      const few = await reader.ask<KeyedRow>(
        streams,
        (profiles) => (queries.length === 0 ? undefined : rareKeyLookup(profiles, queries)),
        () => true,
      )
      if (few === undefined) return { live: undefined, matches: matchesAmong(queries, []) }
      const { live } = few
      if (few.isWhole && areAll(queries, few.rows)) return { live, matches: matchesAmong(queries, few.rows) }
      const matches = await askEach(queries, live)
      if (matches !== undefined) return { live, matches }
    }
  }

  /** Undefined if the generation is no longer live. */
  const askEach = async (queries: ReadonlyArray<KeySetQuery>, live: LiveGeneration) => {
    const single = await reader.readFrom(live, (profiles) => singleKeyQueries(connection, profiles, queries))
    if (single === undefined) return undefined
    const least = single.ends[alwaysAnswered - 1] ?? single.queries.length
    const answer = await reader.ask<FoundRow>(
      [],
      (profiles) => (single.queries.length === 0 ? undefined : keyLookup(profiles, single.queries)),
      (rows) => answeredBy(rows) >= least,
    )
    if (answer?.live.id !== live.id) return undefined
    const { rows, isWhole } = answer
    const answered = isWhole ? single.queries : single.queries.slice(0, answeredBy(rows))
    return fromSingleKeys(queries, single, await matchesOf(answered, rows))
  }

  return {
    lookup: async (queries, streams) => {
      const { places, different } = withoutRepeats(queries)
      const [chunk = [], ...others] = chunksOf(different)
      const { live, matches } = await ask(chunk, streams)
      // The checkpoint and revisions of the first chunk stand for all: later chunks show no less.
      const found = [...matches]
      let version = live?.version
      let asked = chunk.length
      for (const other of others) {
        if (found.length < asked) break
        const answer = await ask(other, [])
        // If two versions answered, the lookup belongs to neither.
        if (answer.live?.version !== version) version = undefined
        found.push(...answer.matches)
        asked += other.length
      }
      const left = places.findIndex((place) => place >= found.length)
      const answered = left === -1 ? places : places.slice(0, left)
      return {
        version,
        checkpoint: live?.checkpoint ?? beginning,
        matches: answered.flatMap((place) => found[place] ?? []),
        left: places.length - answered.length,
        revisions: live?.revisions ?? streams.map(() => -1),
      }
    },
    checkpoint: async () => (await reader.readLive([]))?.checkpoint ?? beginning,
  }
}

/** How many of the queries have all their rows: rows come in the order of the queries. */
const answeredBy = (rows: ReadonlyArray<FoundRow>): number => rows.at(-1)?.number ?? 0

/** Messages of a batch often ask for the same keys. `places`: for each query, its index among the distinct ones. */
const withoutRepeats = (queries: ReadonlyArray<KeySetQuery>) => {
  const placeOf = new Map<string, number>()
  const different: Array<KeySetQuery> = []
  const places = queries.map((query) => {
    const name = JSON.stringify([query.database.account_id, query.database.db_id, ...query.keys])
    const place = placeOf.get(name) ?? different.push(query) - 1
    placeOf.set(name, place)
    return place
  })
  return { places, different }
}

const matchesOf = async (
  queries: ReadonlyArray<KeySetQuery>,
  rows: ReadonlyArray<FoundRow>,
): Promise<ReadonlyArray<KeySetMatches>> => {
  const matches = queries.map(({ keys }) => ({
    keys,
    createdRevisions: [] as ReadonlyArray<number>,
    oldest: [] as Array<Profile>,
  }))
  const turns = new Turns(systemClock)
  for (const { number, found, profile } of rows) {
    const match = matches[number]
    // Of a query that is left.
    if (match === undefined) break
    match.createdRevisions = found.map(({ created_revision }) => created_revision)
    const turn = turns.next()
    if (turn !== undefined) await turn
    if (profile !== undefined) match.oldest.push(toProfile(profile))
  }
  for (const { oldest } of matches) oldest.sort((a, b) => a.created_revision - b.created_revision)
  return matches
}
