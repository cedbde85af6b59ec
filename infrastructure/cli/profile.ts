import type { Command } from 'commander'
import { profileById } from '../../application/find-profile.ts'
import { profileIdCodec } from '../../domain/ids.ts'
import type { Profile } from '../../domain/profile.ts'
import { CommandFailed, type CommonOptions, reading, UsageError } from './command-context.ts'
import { liveGeneration } from './live-generation.ts'
import { print } from './output.ts'

export const profileLine = ({ account_id, db_id, profile_id, revision, fields, subscriptions }: Profile) => ({
  account_id,
  db_id,
  profile_id,
  revision,
  fields,
  subscriptions,
})

export const addProfile = (command: Command): Command =>
  command
    .command('profile')
    .summary('print the current state of a profile')
    .description('Prints the current state of a profile from the read model. Exits with 1 if there is none.')
    .argument('<id>', 'profile id: 24 hex digits')
    .action((id: string, options: CommonOptions) => {
      const profileId = id.toLowerCase()
      if (!profileIdCodec.is(profileId)) throw new UsageError(['profile id: must be 24 hex digits'])
      return reading(options, async (stores) => {
        const { profileDirectory, auditIndex, projections, projectionStores } = stores
        await liveGeneration(projections.profiles, projectionStores.profiles)
        const profile = await profileById(profileDirectory, auditIndex, profileId)
        if (profile === undefined) throw new CommandFailed('no such profile')
        await print(profileLine(profile))
      })
    })
