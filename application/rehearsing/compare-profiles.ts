import type { ProfileDocument } from '../ports/profile-document.ts'
import type { ScratchProfiles } from '../ports/scratch.ts'
import { type ProfileDifference, profileDifference } from './differences.ts'

export interface ProfileCounts {
  /** In both, with other content. */
  differ: number
  only_recorded: number
  only_rehearsed: number
}

/** Compares all profiles, some hundred at a time. @throws the signal's reason if it aborts */
export const compareProfiles = async (
  recorded: ScratchProfiles,
  rehearsed: ScratchProfiles,
  onDifference: (difference: ProfileDifference) => Promise<void>,
  signal: AbortSignal,
): Promise<ProfileCounts> => {
  const counts = { differ: 0, only_recorded: 0, only_rehearsed: 0 }
  let inBoth = 0
  for await (const documents of rehearsed.scan(signal)) {
    const known = await byId(recorded, documents)
    inBoth += known.size
    for (const { profile } of documents) {
      const other = known.get(profile.profile_id)
      const difference = profileDifference(other?.profile, profile)
      if (difference === undefined) continue
      if (other === undefined) counts.only_rehearsed += 1
      else counts.differ += 1
      await onDifference(difference)
    }
  }
  signal.throwIfAborted()
  if ((await recorded.count()) === inBoth) return counts
  for await (const documents of recorded.scan(signal)) {
    const known = await byId(rehearsed, documents)
    for (const { profile } of documents) {
      const difference = known.has(profile.profile_id) ? undefined : profileDifference(profile, undefined)
      if (difference === undefined) continue
      counts.only_recorded += 1
      await onDifference(difference)
    }
  }
  signal.throwIfAborted()
  return counts
}

const byId = async (
  profiles: ScratchProfiles,
  documents: ReadonlyArray<ProfileDocument>,
): Promise<ReadonlyMap<string, ProfileDocument>> => {
  const refs = documents.map(({ profile: { account_id, db_id, profile_id } }) => ({
    database: { account_id, db_id },
    profileId: profile_id,
  }))
  return new Map((await profiles.load(refs)).map((document) => [document.profile.profile_id, document]))
}
