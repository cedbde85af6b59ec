import { type Criterion, type IdentityKey, maxCandidates } from '../../domain/matching/identity-key.ts'
import type { Match } from '../../domain/matching/match.ts'
import type { Profile } from '../../domain/profile.ts'
import type { KeySetMatches } from '../ports/profile-directory.ts'
import type { WorkingSet } from './working-set.ts'
import { WrongAnswer } from './wrong-answer.ts'

export interface FoundMatch extends Match {
  /** The keys of the step that found it, or of all steps if none did. */
  readonly keys: ReadonlyArray<IdentityKey>
}

/**
 * The oldest profile that the criterion finds in the read model overlaid with the working set. Undefined if the two
 * cannot tell: the working set rules out so much of what was fetched that the read model must catch up and be asked
 * again. `matches`: the answers to the key sets of the criterion, in its order.
 * @throws WrongAnswer
 */
export const findMatch = (
  stream: string,
  criterion: Criterion,
  matches: ReadonlyArray<KeySetMatches>,
  workingSet: WorkingSet,
): FoundMatch | undefined => {
  let next = 0
  for (const step of criterion) {
    const candidates = new Set<number>()
    const fetched = new Map<number, Profile>()
    let cut = false
    for (const keys of step) {
      const match = matches[next]
      if (match === undefined) throw new WrongAnswer('a lookup of profiles', 'a key set is missing')
      next += 1
      for (const created of match.createdRevisions) {
        if (workingSet.profile(stream, created) === undefined) candidates.add(created)
      }
      for (const profile of match.oldest) fetched.set(profile.created_revision, profile)
      cut ||= match.createdRevisions.length === maxCandidates
      for (const created of workingSet.matching(stream, keys)) candidates.add(created)
    }
    if (cut && candidates.size < maxCandidates) return undefined
    if (candidates.size === 0) continue
    const oldest = Math.min(...candidates)
    const profile = workingSet.profile(stream, oldest) ?? fetched.get(oldest)
    return profile === undefined
      ? undefined
      : { profile, candidates: Math.min(candidates.size, maxCandidates), keys: step.flat() }
  }
  return { profile: undefined, candidates: 0, keys: criterion.flat(2) }
}
