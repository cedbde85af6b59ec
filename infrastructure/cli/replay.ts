import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Fix } from '../../application/fix-message.ts'
import type { MessageToReplay, NotReplayed, Replay } from '../../application/replay.ts'
import { counted } from '../text/counted.ts'
import { askedFor, type ReplayQuery, replaysAsked } from './asked-replays.ts'
import { brokerConfigOf, CommandFailed, type CommonOptions, changing, reading } from './command-context.ts'
import { importReplays } from './import-replays.ts'
import { print, say } from './output.ts'
import { addSet, addUnset, fixesIn } from './parse-fix.ts'
import { refusalGroup } from './refusal-group-id.ts'
import { rehearseReplays } from './rehearse-replays.ts'
import { addSearchFilters } from './search-filters.ts'

interface ReplayOptions extends CommonOptions, ReplayQuery {
  readonly set?: ReadonlyArray<Fix>
  readonly unset?: ReadonlyArray<Fix>
  readonly overwrite?: true
  readonly dryRun?: true
}

export const addReplay = (command: Command): Command =>
  addSearchFilters(
    command
      .command('replay')
      .summary('resubmit kept messages as new imports')
      .description(
        'Resubmits the message of one import (--import), whatever its outcome was; or the messages of all refused ' +
          'imports that are in a group of `refusals`, or meet all other conditions, and were not replayed since. ' +
          'Each becomes a new import that names the old one (replay_of). It leaves alone each field and subscription ' +
          'that an import after the original has changed, and says so in its history. With RABBITMQ_URL, the messages are published to IMPORT_QUEUE for the ' +
          'service to import; without it, they are imported here, and the replies are printed.',
      ),
    'the message of this import alone; takes no other condition',
  )
    .option('--group <id>', 'all imports of this group, as printed by `refusals`', refusalGroup)
    .option('--applied', 'also imports that were not refused (needed for --code 0)')
    .option(
      '--set <path=json>',
      'set a value in each message first, such as data.age=30 or \'data._fname="Ann"\'; may be repeated. A path is ' +
        'names separated by dots, with the places of list elements from 0, or a list of names as JSON if a name ' +
        'contains a dot',
      addSet,
    )
    .option('--unset <path>', 'remove a value from each message before all --set; may be repeated', addUnset)
    .option(
      '--dry-run',
      'print what each message would do, if those before it were resubmitted, and write nothing',
    )
    .option('--overwrite', 'also overwrite what imports after the original have changed')
    .action((options: ReplayOptions) => {
      const asked = askedFor(options)
      const { applied = false, overwrite = false, dryRun = false } = options
      const how = { applied, overwrite, fixes: fixesIn(options.unset, options.set) }
      const opening = dryRun ? reading : changing
      return opening(options, async (stores, config) => {
        const counts = { replayed: 0, truncated: 0, unreadable: 0, replayed_before: 0, not_json: 0, unfit: 0 }
        const messages = keptMessages(replaysAsked(asked, stores, config.rules, how), counts)
        let sparing = 0
        if (dryRun) await rehearseReplays(stores, config, messages)
        else if (config.RABBITMQ_URL === undefined)
          sparing = await importReplays(options, stores, config, messages)
        else {
          const broker = brokerConfigOf(config)
          const { publishReplays } = await import('./publish-replays.ts')
          await publishReplays(broker, stores.eventStore, messages)
        }
        for (const [reason, why] of Object.entries(reasons))
          if (counts[reason as NotReplayed] > 0)
            say(`${counted(counts[reason as NotReplayed], 'message')} ${why}`)
        if (sparing > 0)
          say(
            `${counted(sparing, 'message')} left alone what later imports have changed: ` +
              '`history` and `explain` say what; --overwrite overwrites it',
          )
        if (dryRun) say(`${counted(counts.replayed, 'message')} would be replayed`)
        else if (config.RABBITMQ_URL === undefined) say(`${counts.replayed} replayed`)
        else await print({ ...counts, queue: config.IMPORT_QUEUE })
        if (options.import !== undefined && counts.replayed === 0)
          throw new CommandFailed('nothing was replayed')
      })
    })

/** In the order in which they are told. */
const reasons: Record<NotReplayed, string> = {
  truncated: 'not replayed: too large to be kept whole',
  unreadable: 'not replayed: the event is unreadable',
  not_json: 'not replayed: not a JSON object, so nothing in it can be fixed',
  unfit: 'not replayed: a path of --set or --unset does not fit',
  replayed_before: 'skipped: replayed before',
}

async function* keptMessages(
  replays: AsyncIterable<Replay>,
  counts: Record<NotReplayed | 'replayed', number>,
): AsyncGenerator<MessageToReplay> {
  for await (const replay of replays) {
    counts[E.isLeft(replay) ? replay.left : 'replayed'] += 1
    if (E.isRight(replay)) yield replay.right
  }
}
