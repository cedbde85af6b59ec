import { undeclared } from '../../domain/definitions/undeclared.ts'
import { evolve } from '../../domain/evolve.ts'
import type { ProfileId } from '../../domain/ids.ts'
import { maxCandidates } from '../../domain/matching/identity-key.ts'
import { keysAfter, keysByOrigin } from '../../domain/matching/keys-by-origin.ts'
import type { Profile } from '../../domain/profile.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { databaseStream } from '../../domain/streams.ts'
import { CannotGoOn } from '../cannot-go-on.ts'
import { HeldStream, type KeyedProfile } from '../importing/held-stream.ts'
import type { ImportQuery, ImportRecord } from '../ports/audit-index.ts'
import { type KeySetMatches, oldestFetched } from '../ports/profile-directory.ts'
import type { StreamEvent } from '../ports/scratch.ts'
import { firstRehearsed, RehearsedEvents } from './rehearsed-events.ts'
import type { Stage } from './stage.ts'

/**
 * Bytes of the changed profiles, as `Profile.bytes` counts them, and of the events that change them. In memory, profiles
 * may take twenty times as much.
 */
const maxHeldBytes = 32 * 1024 * 1024

const tooMany = (because: string) =>
  new CannotGoOn(`too much to rehearse at once (${because}): choose fewer messages`)

/**
 * A stage in memory over the live read models and the log, which it only reads. It holds the profiles that the rehearsal
 * changes, and its events: `maxHeldBytes` of them, so its memory is bounded. It shows what the read models show, even if they lag behind the log
 * or are written meanwhile. The number of candidates of a match may be too low if there are a hundred or more.
 * @throws CannotGoOn if the rehearsal changes more; or if it changes the match of so many of the oldest holders of a
 * key that the next oldest is not among what a lookup gives
 */
export const overlay = (
  base: Pick<Stage, 'directory' | 'auditIndex' | 'readStream'>,
  definitionOf: ImportRules['definitionOf'],
): Stage => {
  const streams = new Map<string, HeldStream<'rehearsal'>>()
  const held = new Map<ProfileId, KeyedProfile>()
  /** The profiles of the last lookup, which the next events change. */
  let found = new Map<ProfileId, Profile>()
  const rehearsed = new RehearsedEvents()
  let heldBytes = 0

  const revisionsOf = (names: ReadonlyArray<string>) =>
    names.map((name) => streams.get(name)?.lastRevision ?? firstRehearsed - 1)

  const streamOf = (name: string): HeldStream<'rehearsal'> => {
    const known = streams.get(name) ?? new HeldStream<'rehearsal'>()
    streams.set(name, known)
    return known
  }

  const laidOver = (stream: string, { keys, createdRevisions, oldest }: KeySetMatches): KeySetMatches => {
    const own = streams.get(stream)
    if (own === undefined) return { keys, createdRevisions, oldest }
    const fetched = new Map(oldest.map((profile) => [profile.created_revision, profile]))
    const unchanged = createdRevisions.filter((created) => own.get(created) === undefined)
    const all = [...unchanged, ...own.matching(keys)].sort((a, b) => a - b).slice(0, maxCandidates)
    const profiles: Array<Profile> = []
    for (const created of all.slice(0, oldestFetched)) {
      const profile = own.get(created)?.profile ?? fetched.get(created)
      if (profile === undefined) break
      profiles.push(profile)
    }
    const isCut = createdRevisions.length === maxCandidates
    if (profiles.length === 0 && (all.length > 0 || isCut))
      throw tooMany('the oldest matches of a key change')
    return { keys, createdRevisions: all, oldest: profiles }
  }

  const hold = ({ stream, revision, event }: StreamEvent): void => {
    const own = streamOf(stream)
    own.lastRevision = revision
    rehearsed.add({ stream, revision, event })
    if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') return
    const { profile_id } = event.public
    const before = held.get(profile_id)
    const profile = evolve(before?.profile ?? found.get(profile_id), event, revision)
    const definition = definitionOf(profile) ?? undeclared
    const keys =
      before === undefined
        ? keysByOrigin(profile, definition)
        : keysAfter(before, event.personal, profile, definition)
    const document = { profile, keys }
    heldBytes += own.hold(document, 'rehearsal')
    held.set(profile_id, document)
  }

  async function* withRehearsed(
    records: AsyncIterable<ImportRecord>,
    query: ImportQuery,
  ): AsyncGenerator<ImportRecord> {
    yield* records
    if (query.by === 'profile') yield* rehearsed.recordsOf(query.profileId)
  }

  return {
    directory: {
      lookup: async (queries, names) => {
        const { matches, version, left } = await base.directory.lookup(queries, [])
        const overlaid = queries
          .slice(0, matches.length)
          .flatMap(({ database }, i) => laidOver(databaseStream(database), matches[i] ?? nobody))
        found = new Map(
          overlaid.flatMap(({ oldest }) => oldest.map((profile) => [profile.profile_id, profile])),
        )
        return {
          version,
          checkpoint: rehearsed.position(),
          matches: overlaid,
          left,
          revisions: revisionsOf(names),
        }
      },
      checkpoint: async () => rehearsed.position(),
    },
    auditIndex: {
      ...base.auditIndex,
      lookup: async (importIds, names) => {
        const { records } = await base.auditIndex.lookup(importIds, [])
        return { checkpoint: rehearsed.position(), records, revisions: revisionsOf(names) }
      },
      find: (query) => withRehearsed(base.auditIndex.find(query), query),
      checkpoint: async () => rehearsed.position(),
    },
    readStream: async (stream, from, limit) =>
      from < firstRehearsed ? base.readStream(stream, from, limit) : rehearsed.read(stream, from, limit),
    take: async (events) => {
      for (const event of events) hold(event)
      if (heldBytes + rehearsed.bytes > maxHeldBytes)
        throw tooMany(`profiles and events of more than ${maxHeldBytes} bytes`)
      return rehearsed.position()
    },
  }
}

const nobody: KeySetMatches = { keys: [], createdRevisions: [], oldest: [] }
