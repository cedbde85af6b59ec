import { type Command, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { findProfile } from '../../application/questions/find-profile.ts'
import type { JsonObject } from '../../domain/json.ts'
import { defaultMatchingMode, matchingModeCodec } from '../../domain/matching/mode.ts'
import { reasonText } from '../../domain/reason.ts'
import { CommandFailed, type CommonOptions, reading, UsageError } from './command-context.ts'
import { profileLine } from './format-profile.ts'
import { liveGeneration } from './live-generation.ts'
import { print } from './output.ts'
import { wholeNumber } from './parse-options.ts'

interface FindOptions extends CommonOptions {
  readonly account: number
  readonly db: number
  readonly matching: string
  readonly email?: string
  readonly phone?: string
  readonly profileId?: string
  readonly fieldName?: string
  readonly fieldValue?: string
  readonly resourceId?: number
  readonly provider?: string
  readonly subscriptionId?: string
}

export const addFind = (command: Command): Command =>
  command
    .command('find')
    .summary('find the profile that a message would match')
    .description(
      'Prints the profile that a message with these members would match, or the oldest if there are several. ' +
        'Exits with 1 if there is none.',
    )
    .requiredOption('--account <id>', 'account_id', wholeNumber)
    .requiredOption('--db <id>', 'db_id', wholeNumber)
    .addOption(
      new Option('--matching <mode>', 'matching mode')
        .choices(Object.keys(matchingModeCodec.keys))
        .default(defaultMatchingMode),
    )
    .option('--email <address>', 'for the email modes')
    .option('--phone <number>', 'for the phone modes')
    .option('--profile-id <id>', 'for profile_id')
    .option('--field-name <name>', 'for custom and custom_sub')
    .option('--field-value <value>', 'for custom and custom_sub')
    .option('--resource-id <id>', 'only subscriptions of this resource', wholeNumber)
    .option('--provider <name>', 'for push_sub')
    .option('--subscription-id <id>', 'for push_sub')
    .action((options: FindOptions) =>
      reading(options, async ({ profileDirectory, projections, projectionStores }, { rules }) => {
        await liveGeneration(projections.profiles, projectionStores.profiles)
        const found = await findProfile(profileDirectory, rules, members(options))()
        if (E.isLeft(found)) throw new UsageError(found.left.map(reasonText))
        if (found.right === undefined) throw new CommandFailed('no profile matches')
        await print(profileLine(found.right))
      }),
    )

const members = (options: FindOptions): JsonObject => {
  const all = {
    account_id: options.account,
    db_id: options.db,
    matching: options.matching,
    email: options.email,
    phone: options.phone,
    profile_id: options.profileId,
    field_name: options.fieldName,
    field_value: options.fieldValue,
    resource_id: options.resourceId,
    provider: options.provider,
    subscription_id: options.subscriptionId,
  }
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  )
}
