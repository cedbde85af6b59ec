import { type Command, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { findEverywhere, type Holders } from '../../application/questions/find-everywhere.ts'
import { findProfile } from '../../application/questions/find-profile.ts'
import type { JsonObject } from '../../domain/json.ts'
import { defaultMatchingMode, matchingModeCodec } from '../../domain/matching/mode.ts'
import { reasonText } from '../../domain/reason.ts'
import type { ImportRules } from '../../domain/rules.ts'
import {
  type ContactKeys,
  customContact,
  emailContact,
  phoneContact,
  pushContact,
} from '../../domain/searching/contact-keys.ts'
import { counted } from '../text/counted.ts'
import { CommandFailed, type CommonOptions, reading, UsageError } from './command-context.ts'
import { profileLine } from './format-profile.ts'
import { liveGeneration } from './live-generation.ts'
import { print, say } from './output.ts'
import { wholeNumber } from './parse-options.ts'
import { tellSearchLag } from './tell-search.ts'

interface FindOptions extends CommonOptions {
  readonly account?: number
  readonly db?: number
  readonly matching?: string
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
    .summary('find the profile that a message would match, or a person in all databases')
    .description(
      'Prints the profile that a message with these members would match, or the oldest if there are several. ' +
        'Without --account and --db, prints the profiles of all databases that have a contact or, marked with ' +
        '"former", once had it: first those that have it. Exits with 1 if there is none.',
    )
    .option('--account <id>', 'account_id', wholeNumber)
    .option('--db <id>', 'db_id', wholeNumber)
    .addOption(
      new Option('--matching <mode>', `matching mode (default: ${defaultMatchingMode})`).choices(
        Object.keys(matchingModeCodec.keys),
      ),
    )
    .option('--email <address>', 'for the email modes')
    .option('--phone <number>', 'for the phone modes')
    .option('--profile-id <id>', 'for profile_id')
    .option('--field-name <name>', 'for custom and custom_sub')
    .option('--field-value <value>', 'for custom and custom_sub')
    .option('--resource-id <id>', 'only subscriptions of this resource', wholeNumber)
    .option('--provider <name>', 'for push_sub')
    .option('--subscription-id <id>', 'for push_sub')
    .action((options: FindOptions) => {
      if ((options.account === undefined) !== (options.db === undefined))
        throw new UsageError(['--account, --db: give both, or neither to search all databases'])
      return reading(options, async (stores, { rules }) => {
        await liveGeneration(stores.projections.profiles, stores.projectionStores.profiles)
        if (options.account === undefined) {
          const contact = contactOf(options, rules)
          await tellSearchLag(stores)
          return printHolders(await findEverywhere(stores, rules, contact))
        }
        const found = await findProfile(stores.profileDirectory, rules, members(options))()
        if (E.isLeft(found)) throw new UsageError(found.left.map(reasonText))
        if (found.right === undefined) throw new CommandFailed('no profile matches')
        await print(profileLine(found.right))
      })
    })

/** The contact to look for in all databases. @throws UsageError */
const contactOf = (options: FindOptions, { defaultCountry }: ImportRules): ContactKeys => {
  const { email, phone, fieldName, fieldValue, provider, subscriptionId, ...others } = options
  if (others.matching !== undefined || others.profileId !== undefined || others.resourceId !== undefined)
    throw new UsageError(['--matching, --profile-id, --resource-id: need --account and --db'])
  const contacts = [
    email === undefined ? undefined : emailContact(email),
    phone === undefined ? undefined : phoneContact(phone, defaultCountry),
    fieldName === undefined || fieldValue === undefined ? undefined : customContact(fieldName, fieldValue),
    provider === undefined || subscriptionId === undefined
      ? undefined
      : pushContact(provider, subscriptionId),
  ]
  const [contact, ...rest] = contacts.filter((keys) => keys !== undefined)
  if (contact === undefined || rest.length > 0)
    throw new UsageError([
      'without --account and --db, give one valid contact: --email, --phone, --field-name and --field-value, ' +
        'or --provider and --subscription-id',
    ])
  return contact
}

const printHolders = async ({ holders, tooMany }: Holders): Promise<void> => {
  for (const { profile, former } of holders) await print({ ...profileLine(profile), former })
  if (tooMany) say(`note: there may be more than these ${counted(holders.length, 'profile')}`)
  if (holders.length === 0) throw new CommandFailed('no profile has, or ever had, this contact')
}

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
