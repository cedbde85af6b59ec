import * as E from 'fp-ts/lib/Either.js'
import type { ImportId } from '../../domain/ids.ts'
import type { AuditIndex, ImportRecord } from '../ports/audit-index.ts'
import type { Position } from '../ports/position.ts'
import type { KeySetMatches, KeySetQuery } from '../ports/profile-directory.ts'
import { type Attempt, isKnownByItsBytes, reusedId } from './attempt.ts'
import { Absorbers, type Redeliveries } from './redeliveries.ts'
import { aboutProfiles, requireDirectoryAnswer, requireIndexAnswer } from './require-answer.ts'
import type { ImporterSettings, SessionPorts } from './session-ports.ts'
import type { WorkingSet } from './working-set.ts'
import { WrongAnswer } from './wrong-answer.ts'

/** What the read models know about one attempt. */
export interface LookedUp {
  readonly attempt: Attempt
  /** The answers to its key sets, in the criterion's order. */
  readonly matches: ReadonlyArray<KeySetMatches>
  /** The last revision of its stream that each read model shows; -1 if none. */
  readonly revisions: { readonly profiles: number; readonly imports: number }
}

/** What the two read models know about the first attempts of a batch. */
export interface Knowledge {
  readonly attempts: ReadonlyArray<LookedUp>
  /** The rest of the batch, if the profiles found so far are as many as may be held at once. */
  readonly deferred: ReadonlyArray<Attempt>
  readonly records: ReadonlyMap<ImportId, ImportRecord>
  /** The version of the generation that answered. */
  readonly profilesVersion: string | undefined
  /** Those of the generations that answered. */
  readonly checkpoints: { readonly profiles: Position; readonly imports: Position }
  readonly absorbers: Absorbers
}

/**
 * One bulk lookup in each read model for the whole batch, or for as much of it as can be held. The caller releases
 * `workingSet` only afterwards, by the checkpoints of this answer.
 * @throws StoreTrouble; WrongAnswer
 */
export const lookUp = async (
  attempts: ReadonlyArray<Attempt>,
  { directory, auditIndex }: Pick<SessionPorts, 'directory' | 'auditIndex'>,
  { redeliveries: window }: Pick<ImporterSettings, 'redeliveries'>,
  workingSet: WorkingSet,
  redeliveries: Redeliveries,
): Promise<Knowledge> => {
  const queries: Array<KeySetQuery> = []
  const importIds: Array<ImportId> = []
  const places = new Map<string, number>()
  const asked = attempts.map((attempt) => {
    const { stream, received, importId, triedAs } = attempt
    const { command, database } = received
    const place = places.get(stream) ?? places.size
    places.set(stream, place)
    importIds.push(importId)
    if (triedAs !== undefined && triedAs !== importId) importIds.push(triedAs)
    const first = queries.length
    if (database !== undefined && E.isRight(command))
      for (const step of command.right.criterion) for (const keys of step) queries.push({ database, keys })
    return { attempt, place, first, after: queries.length }
  })
  const streams = [...places.keys()]
  const [profiles, imports] = await Promise.all([
    directory.lookup(queries, streams),
    auditIndex.lookup(importIds, streams),
  ])
  requireDirectoryAnswer(queries, streams, profiles)
  requireIndexAnswer(streams, imports)
  const isAnswered = ({ after }: { readonly after: number }) => after <= profiles.matches.length
  const answered = profiles.left === 0 ? asked : asked.filter(isAnswered)
  // Retrying would give the same answer.
  if (answered.length === 0 && asked.length > 0)
    throw new WrongAnswer(aboutProfiles, 'without the first message')
  return {
    deferred: attempts.slice(answered.length),
    attempts: answered.map(({ attempt, place, first, after }) => ({
      attempt,
      matches: profiles.matches.slice(first, after),
      revisions: { profiles: profiles.revisions[place] ?? -1, imports: imports.revisions[place] ?? -1 },
    })),
    records: await withRefusals(attempts, imports.records, auditIndex, workingSet),
    profilesVersion: profiles.version,
    checkpoints: { profiles: profiles.checkpoint, imports: imports.checkpoint },
    // After the lookup, so that no outcome of an earlier owner that the lookup shows is missing here, even if it was
    // written late: our append would no longer conflict with it.
    absorbers:
      window !== undefined && attempts.some(isKnownByItsBytes)
        ? redeliveries.absorbersAmong(await auditIndex.recent(window.queue, window.window))
        : new Absorbers([]),
  }
}

/**
 * A body whose import id belongs to another body is refused under an id of its own. Hardly any batch has one, so only
 * then are these ids looked up too. Any body may turn out to be the first: databases are appended in parallel, so a
 * refusal can be in the log before the import that it refers to.
 */
const withRefusals = async (
  attempts: ReadonlyArray<Attempt>,
  records: ReadonlyMap<ImportId, ImportRecord>,
  auditIndex: AuditIndex,
  workingSet: WorkingSet,
): Promise<ReadonlyMap<ImportId, ImportRecord>> => {
  const firstBodies = new Map<ImportId, string>()
  const ids: Array<ImportId> = []
  for (const attempt of attempts) {
    const { importId, received } = attempt
    const known = workingSet.import(importId) ?? records.get(importId)
    const first = firstBodies.get(importId) ?? known?.bodySha256 ?? received.message.sha256
    firstBodies.set(importId, first)
    const refusedAs = first === received.message.sha256 ? undefined : reusedId(attempt)
    if (refusedAs !== undefined) ids.push(refusedAs)
  }
  if (ids.length === 0) return records
  const refusals = await auditIndex.lookup(ids, [])
  requireIndexAnswer([], refusals)
  return new Map([...records, ...refusals.records])
}
