import { idKey } from '../../domain/matching/keys.ts'
import type { Profile } from '../../domain/profile.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { ContactKeys } from '../../domain/searching/contact-keys.ts'
import type { ProfileDirectory } from '../ports/profile-directory.ts'
import { contactGains, contactHolders, type HolderPorts } from './contact-holders.ts'

export interface Holder {
  readonly profile: Profile
  /** Whether it had the contact and no longer has it. */
  readonly former: boolean
}

export interface Holders {
  readonly holders: ReadonlyArray<Holder>
  /** Whether there may be more than were looked for. */
  readonly tooMany: boolean
}

/**
 * The profiles of all databases that have, or ever had, a contact: those that have it come first, and among them
 * those that were given it last.
 */
export const findEverywhere = async (
  ports: HolderPorts & { readonly profileDirectory: ProfileDirectory },
  rules: Pick<ImportRules, 'definitionOf'>,
  contact: ContactKeys,
): Promise<Holders> => {
  const gains = await contactGains(ports.searchIndex, contact)
  const profiles = await contactHolders(ports.eventStore, rules, gains)
  const holders: Array<Holder> = []
  for (const [profileId, database] of profiles) {
    const id = idKey(profileId)
    const queries = [[id], ...contact.map((key) => [id, key])].map((keys) => ({ database, keys }))
    const [known, ...having] = (await ports.profileDirectory.lookup(queries, [])).matches
    const [profile] = known?.oldest ?? []
    // Undefined if its creation can no longer be read.
    if (profile !== undefined)
      holders.push({ profile, former: having.every(({ oldest }) => oldest.length === 0) })
  }
  const byState = [holders.filter(({ former }) => !former), holders.filter(({ former }) => former)]
  return { holders: byState.flat(), tooMany: gains.tooMany }
}
